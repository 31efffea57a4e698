using FsCheck;
using FsCheck.Fluent;
using Looped.Kernels.Cuda;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>Division by multiplication.</summary>
public class DividerTests
{
    [Fact]
    public void Quotients_are_exact_for_all_numbers_that_kernels_use() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(),
        ArbMap.Default.ArbFor<uint>(),
        (a, b) =>
        {
            var (n, d) = (a & int.MaxValue, Math.Max(1, b & int.MaxValue));
            return new Divider(d).Quotient(n) == n / d;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quotients_are_exact_at_the_edges()
    {
        uint[] divisors = [1, 2, 3, 5, 7, 10, 641, 65535, 65536, 65537, 1 << 30, (1 << 30) + 1, int.MaxValue - 1, int.MaxValue];
        foreach (var d in divisors)
        {
            var divider = new Divider(d);
            foreach (var multiple in (long[])[0, 1, 2, int.MaxValue / d])
            {
                foreach (var n in (long[])[(multiple * d) - 1, multiple * d, (multiple * d) + 1, int.MaxValue])
                {
                    if (n is >= 0 and <= int.MaxValue)
                    {
                        Assert.Equal((uint)(n / d), divider.Quotient((uint)n));
                    }
                }
            }
        }
    }
}
