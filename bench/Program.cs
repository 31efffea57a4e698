using BenchmarkDotNet.Running;
using Looped.Benchmarks;
using Looped.Benchmarks.Comparison;
using Looped.Benchmarks.Gpt2;
using Looped.Benchmarks.Roofline;

// 'peers' and 'gpt2' compare with PyTorch; everything else is BenchmarkDotNet's, but for '--quick', a named few of its cases.
if (args is ["peers", .. var rest])
{
    return Peers.Run(rest);
}

if (args is ["gpt2", .. var wanted])
{
    return Gpt2Peers.Run(wanted);
}

if (args is ["block", .. var one])
{
    return BlockPeers.Run(one);
}

if (args is ["roofline", .. var none])
{
    return RooflineTable.Run(none);
}

var quick = args.Contains("--quick");
string[] passed = [.. args.Where(argument => argument != "--quick")];
if (quick && passed.Length == 0)
{
    passed = ["--filter", "*"];
}

BenchmarkSwitcher.FromAssembly(typeof(BriefConfig).Assembly).Run(passed, BriefConfig.Create(quick));
return 0;
