using Looped.Tensors;
using Xunit.Abstractions;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Whether the table's checks would notice a wrong rule: every rule of every operation, as it emits operations on the
/// table's cases, with every change of <see cref="Mutants"/>. A change of a rule is noticed when one case notices it.
/// </summary>
public class MutationTests(ITestOutputHelper output)
{
    /// <summary>Changes that change nothing, and why.</summary>
    private static readonly Dictionary<string, string> Equivalent = new()
    {
        ["CausalAttention.Expand = Contract Iota Reshape Greater Scale Offset Softmax Contract; Offset 5: sign flipped"] =
            "a mask is zero or not, and -1 is as little zero as 1",
        ["CausalAttentionPullback.Expand = Contract Iota Reshape Greater Scale Offset Softmax Contract Contract Reshape " +
            "Subtract Multiply Contract Reshape Contract Reshape Contract Reshape Concatenate; Offset 5: sign flipped"] =
            "as above",
        ["LogSoftmax.Jvp(0) = Exp Contract Reshape Subtract Constant BroadcastTo Where; Where 6: only operand 1 kept"] =
            "nothing finite depends on elements that are minus infinity; they have a test of their own",
        ["LogSoftmax.Vjp(0) = Constant BroadcastTo Where Exp Sum Reshape Multiply Subtract; Where 2: only operand 1 kept"] =
            "as above: nothing finite hands such elements a cotangent",
        ["MaxOver.Jvp(0) = Reshape Equal Sum Reshape Divide Contract; Equal 1: sign flipped"] =
            "the shares are quotients of the indicators and their sum, which changes sign with them",
        ["MaxOver.Vjp(0) = Reshape Equal Sum Reshape Divide Reshape Multiply; Equal 1: sign flipped"] =
            "as above",
        ["NormalizeJacobianProduct.Expand = NormalizationScale Normalize Contract Reshape Multiply " +
            "Subtract Multiply; Normalize 1: sign flipped"] =
            "the normalised row stands twice, in y mean(y t)",
        ["NormalizeJacobianProduct.Expand = NormalizationScale Normalize Contract Reshape Multiply " +
            "Subtract Sum Reshape Scale Subtract Multiply; Normalize 1: sign flipped"] =
            "as above",
        ["NormalizeJacobianProduct.Expand = NormalizationScale Reshape Normalize Reshape Contract " +
            "Reshape Multiply Subtract Multiply; Normalize 2: sign flipped"] =
            "as above",
        ["NormalizeJacobianProduct.Expand = NormalizationScale Reshape Normalize Reshape Contract " +
            "Reshape Multiply Subtract Sum Reshape Scale Subtract Multiply; Normalize 2: sign flipped"] =
            "as above",
    };

    [Fact]
    public void Every_change_of_a_rule_is_noticed()
    {
        var noticed = new Dictionary<string, bool>();
        foreach (var entry in OperationTable.Cases.SelectMany(group => group))
        {
            Try(entry, noticed);
        }

        string[] survivors = [.. noticed.Where(mutant => !mutant.Value).Select(mutant => mutant.Key).Order()];
        output.WriteLine($"{noticed.Count - survivors.Length} of {noticed.Count} changes of rules are noticed");
        Assert.True(
            Equivalent.Keys.Order().SequenceEqual(survivors),
            $"of {noticed.Count} changes of rules, unnoticed are\n{string.Join('\n', survivors)}\nand should be\n" +
            string.Join('\n', Equivalent.Select(change => $"{change.Key}: {change.Value}")));
    }

    /// <summary>The checks of one case on the mutants of the rules that it meets.</summary>
    private static void Try(OperationCase entry, Dictionary<string, bool> noticed)
    {
        var fused = entry.Weighted(simplify: false);
        var program = fused.Expand();
        var random = new Philox(1, entry.ToString());
        var point = entry.Point(program, random).With(Arguments.Normal([program.Input("w")], random));
        var direction = Arguments.Normal(program.Parameters, random);
        var arguments = point.With(direction.AsTangents());

        // Tangents are held to differences, cotangents to tangents, and rewritten values to what they replace.
        using var function = new Function(program, PoisonedBackend.Cpu256);
        var value = function.All(point)[0];
        var difference = Agree.CentralDifferences(function.All, point, direction)[0];
        var tangent = Function.Run(program.Jvp(), PoisonedBackend.Cpu256, arguments)[0];
        var names = program.Parameters.Select(parameter => parameter.Name).ToArray();
        var scale = Agree.DotScale(
            Function.Run(program.Gradient(), PoisonedBackend.Cpu256, point), direction.Flat(names));
        Check(RuleSite.Forward(program), difference, 1e-8 * (Math.Abs(value) + scale));
        Check(RuleSite.Reverse(fused.Expand(forReverse: true)), tangent, 1e-12 * scale);
        Check(RuleSite.Reverse(program), tangent, 1e-12 * scale);
        Check(RuleSite.Rewrites(fused), value, 1e-12 * Math.Abs(value));

        void Check(IEnumerable<RuleSite> sites, double expected, double tolerance)
        {
            foreach (var site in sites.ToList())
            {
                var mutants = new Mutants(site.Emitted, site.Given);
                (string, Func<Value?>)[] nothing = site.IsPart ? [("nothing returned", () => null)] : [];
                foreach (var (change, build) in nothing.Concat(mutants.All()))
                {
                    var key = $"{site.Rule} = {mutants.Signature}; {change}";
                    if (!noticed.GetValueOrDefault(key))
                    {
                        var result = Function.Run(site.With(build()), PoisonedBackend.Cpu256, arguments)[0];
                        noticed[key] = !(Math.Abs(result - expected) <= tolerance);
                    }
                }
            }
        }
    }
}
