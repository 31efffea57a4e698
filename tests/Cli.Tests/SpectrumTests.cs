using Looped.Tensors;

namespace Looped.Cli.Tests;

public class SpectrumTests : IDisposable
{
    private const int Order = 40;

    private readonly Looped _looped = new();
    private readonly double[] _matrix = new double[Order * Order];

    public SpectrumTests()
    {
        var random = new Philox(3, "matrix");
        for (var i = 0; i < Order; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _matrix[(i * Order) + j] = _matrix[(j * Order) + i] = random.NextNormal();
            }
        }
    }

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void Column_j_is_a_unit_eigenvector_of_value_j()
    {
        _looped.WriteArray("h.npy", [Order, Order], _matrix);
        _looped.Succeed("spectrum", "--matrix", "h.npy", "--out", "l.npy", "--vectors-out", "v.npy");
        var values = _looped.ReadDoubles("l.npy", Order);
        var vectors = _looped.ReadDoubles("v.npy", Order, Order);
        Assert.Equal(values.Order(), values);
        for (var j = 0; j < Order; j++)
        {
            double[] column = [.. Enumerable.Range(0, Order).Select(i => vectors[(i * Order) + j])];
            Assert.Equal(1, column.Sum(x => x * x), 1e-13);
            for (var i = 0; i < Order; i++)
            {
                var product = Enumerable.Range(0, Order).Sum(k => _matrix[(i * Order) + k] * column[k]);
                Assert.Equal(values[j] * column[i], product, 1e-12);
            }
        }

        _looped.Succeed("spectrum", "--matrix", "h.npy", "--out", "alone.npy");
        Assert.All(values.Zip(_looped.ReadDoubles("alone.npy", Order)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void A_matrix_of_numpy_in_Fortran_order_has_numpys_eigenvalues()
    {
        _looped.WriteBase64("a.npy", NumpyFixtures.Matrix);
        _looped.Succeed("spectrum", "--matrix", "a.npy", "--out", "l.npy");
        double[] expected = [-5.806469658864149, -0.6888781475612431, 0.20241475551813518, 3.7691631760003985];
        Assert.All(expected.Zip(_looped.ReadDoubles("l.npy", 4)), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Fact]
    public void Asymmetry_is_averaged_away_up_to_a_limit_and_refused_beyond()
    {
        _looped.WriteArray("a.npy", [2, 2], [2, 1 + 0.9e-10, 1 - 0.9e-10, 2]);
        _looped.Succeed("spectrum", "--matrix", "a.npy", "--out", "l.npy");
        Assert.All(_looped.ReadDoubles("l.npy", 2).Zip([1.0, 3]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        _looped.WriteArray("b.npy", [2, 2], [2, 1 + 3e-10, 1, 2]);
        _looped.Refuse(["spectrum", "--matrix", "b.npy", "--out", "m.npy"], "b.npy", "not symmetric", "(0,1)");
    }

    [Fact]
    public void What_is_no_symmetric_matrix_is_refused()
    {
        _looped.WriteArray("a.npy", [2, 3], new double[6]);
        _looped.Refuse(["spectrum", "--matrix", "a.npy", "--out", "l.npy"], "a.npy", "square", "not (2,3)");
        _looped.WriteArray("b.npy", [4], new double[4]);
        _looped.Refuse(["spectrum", "--matrix", "b.npy", "--out", "l.npy"], "b.npy", "square", "not (4)");
        _looped.WriteArray("c.npy", [2, 2], [1, double.NaN, 0, 1]);
        _looped.Refuse(["spectrum", "--matrix", "c.npy", "--out", "l.npy"], "c.npy", "finite", "(0,1)");
        _looped.Refuse(["spectrum", "--matrix", "none.npy", "--out", "l.npy"], "none.npy");
        _looped.WriteArray("d.npy", [1, 1], [1.0]);
        _looped.Refuse(["spectrum", "--matrix", "d.npy", "--out", "l.npy", "--vectors-out", "./l.npy"], "two files");
        _looped.Refuse(["spectrum", "--matrix", "d.npy", "--out", "l.npy", "--vectors-out", "no/v.npy"], "--vectors-out no/v.npy");
    }
}
