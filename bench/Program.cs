using BenchmarkDotNet.Running;
using Looped.Benchmarks;
using Looped.Benchmarks.Algorithmic;
using Looped.Benchmarks.Comparison;
using Looped.Benchmarks.Curvature;
using Looped.Benchmarks.Eigen;
using Looped.Benchmarks.Gpt2;
using Looped.Benchmarks.KernelPeers;
using Looped.Benchmarks.Roofline;

// A command of our own ends with 0, with 1 where results differ, with 2 where its arguments are wrong. Everything else is
// BenchmarkDotNet's, but for '--quick', a named few of its cases.
try
{
    switch (args)
    {
        case ["roofline"]:
            RooflineTable.Run();
            return 0;
        case ["kernels", .. var options]:
            return KernelDuels.Run(KernelOptions.Parse(options));
        case ["peers", .. var options]:
            return Peers.Run(PeerOptions.Parse(options));
        case ["gpt2", .. var options]:
            return Gpt2Peers.Run(Gpt2Options.Parse(options));
        case ["block", .. var options]:
            return BlockPeers.Run(BlockOptions.Parse(options));
        case ["algorithmic", .. var options]:
            return StepPeers.Run(StepOptions.Parse(options));
        case ["eigen", .. var options]:
            return EigenPeers.Run(EigenOptions.Parse(options));
        case ["curvature", .. var options]:
            return CurvaturePeers.Run(CurvatureOptions.Parse(options));
        case ["roofline", var option, ..]:
            throw new ArgumentException($"'{option}' is not an option of roofline; there are none");
    }
}
catch (ArgumentException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}

var quick = args.Contains("--quick");
string[] passed = [.. args.Where(argument => argument != "--quick")];
if (quick && passed.Length == 0)
{
    passed = ["--filter", "*"];
}

BenchmarkSwitcher.FromAssembly(typeof(BriefConfig).Assembly).Run(passed, BriefConfig.Create(quick));
return 0;
