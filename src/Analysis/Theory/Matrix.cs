using System.Globalization;
using Looped.Tensors;

namespace Looped.Analysis.Theory;

/// <summary>
/// A small dense matrix of float64, row-major: the language in which the theory's formulas are written down. It allocates
/// freely and is made for orders up to a few dozen; spectra of Hessians have their own code.
/// </summary>
public sealed class Matrix
{
    private readonly double[] _values;

    /// <summary>A matrix of zeros.</summary>
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[rows * columns])
    {
    }

    /// <summary>A matrix of given values, row-major; they are not copied.</summary>
    /// <exception cref="ArgumentException">There are not rows times columns of them.</exception>
    public Matrix(int rows, int columns, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (values.Length != rows * columns)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{values.Length} values do not fill a {rows} x {columns} matrix."));
        }

        (Rows, Columns, _values) = (rows, columns, values);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>The values, row-major.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>An element.</summary>
    public double this[int row, int column]
    {
        get => _values[(row * Columns) + column];
        set => _values[(row * Columns) + column] = value;
    }

    /// <summary>The identity of order n.</summary>
    public static Matrix Identity(int n) => Diagonal(Enumerable.Repeat(1.0, n).ToArray());

    /// <summary>A diagonal matrix.</summary>
    public static Matrix Diagonal(ReadOnlySpan<double> values)
    {
        var matrix = new Matrix(values.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            matrix[i, i] = values[i];
        }

        return matrix;
    }

    /// <summary>A matrix of independent normal numbers of mean zero.</summary>
    public static Matrix Normal(Philox random, int rows, int columns, double standardDeviation = 1)
    {
        var values = new double[rows * columns];
        random.FillNormal(values, standardDeviation);
        return new Matrix(rows, columns, values);
    }

    /// <summary>
    /// A random orthogonal matrix, uniform over the group: normal columns made orthonormal one after the other, each twice so
    /// that rounding leaves nothing.
    /// </summary>
    public static Matrix Orthogonal(Philox random, int n)
    {
        var rows = new double[n][];
        for (var i = 0; i < n; i++)
        {
            var row = Vectors.Normal(random, n);
            for (var earlier = 0; earlier < 2 * i; earlier++)
            {
                Vectors.Add(row, -Vectors.Dot(row, rows[earlier % i]), rows[earlier % i]);
            }

            rows[i] = Vectors.Scaled(1 / Vectors.Norm(row), row);
        }

        return new Matrix(n, n, [.. rows.SelectMany(row => row)]);
    }

    /// <summary>The outer product <c>a b'</c>.</summary>
    public static Matrix Outer(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var matrix = new Matrix(a.Length, b.Length);
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < b.Length; j++)
            {
                matrix[i, j] = a[i] * b[j];
            }
        }

        return matrix;
    }

    /// <summary>The Kronecker product: block (i, j) is <c>a_ij b</c>.</summary>
    public static Matrix Kronecker(Matrix a, Matrix b)
    {
        var product = new Matrix(a.Rows * b.Rows, a.Columns * b.Columns);
        for (var i = 0; i < product.Rows; i++)
        {
            for (var j = 0; j < product.Columns; j++)
            {
                product[i, j] = a[i / b.Rows, j / b.Columns] * b[i % b.Rows, j % b.Columns];
            }
        }

        return product;
    }

    /// <summary>A vector as a matrix of one column.</summary>
    public static Matrix Column(ReadOnlySpan<double> values) => new(values.Length, 1, values.ToArray());

    /// <summary>The matrix product.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Matrix operator *(Matrix a, Matrix b)
    {
        Require(a.Columns == b.Rows, a, b);
        var product = new Matrix(a.Rows, b.Columns);
        for (var i = 0; i < a.Rows; i++)
        {
            var row = product._values.AsSpan(i * b.Columns, b.Columns);
            for (var k = 0; k < a.Columns; k++)
            {
                Vectors.Add(row, a[i, k], b.Row(k));
            }
        }

        return product;
    }

    /// <summary>The sum.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Matrix operator +(Matrix a, Matrix b)
    {
        Require(a.Rows == b.Rows && a.Columns == b.Columns, a, b);
        var sum = a._values.ToArray();
        Vectors.Add(sum, 1, b._values);
        return new Matrix(a.Rows, a.Columns, sum);
    }

    /// <summary>The difference.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Matrix operator -(Matrix a, Matrix b) => a + (-1 * b);

    /// <summary>A multiple.</summary>
    public static Matrix operator *(double factor, Matrix a) =>
        new(a.Rows, a.Columns, Vectors.Scaled(factor, a._values));

    /// <summary>A row.</summary>
    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(row * Columns, Columns);

    /// <summary>The transpose.</summary>
    public Matrix Transpose()
    {
        var transpose = new Matrix(Columns, Rows);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
            {
                transpose[j, i] = this[i, j];
            }
        }

        return transpose;
    }

    /// <summary>The product with a vector, <c>A x</c>.</summary>
    public double[] Apply(ReadOnlySpan<double> x)
    {
        var product = new double[Rows];
        Apply(x, product);
        return product;
    }

    /// <summary>The product with a vector, <c>A x</c>, into <paramref name="product"/>.</summary>
    public void Apply(ReadOnlySpan<double> x, Span<double> product)
    {
        for (var i = 0; i < Rows; i++)
        {
            product[i] = Vectors.Dot(Row(i), x);
        }
    }

    /// <summary>The product of the transpose with a vector, <c>A' x</c>.</summary>
    public double[] ApplyTransposed(ReadOnlySpan<double> x)
    {
        var product = new double[Columns];
        ApplyTransposed(x, product);
        return product;
    }

    /// <summary>The product of the transpose with a vector, <c>A' x</c>, into <paramref name="product"/>.</summary>
    public void ApplyTransposed(ReadOnlySpan<double> x, Span<double> product)
    {
        product.Clear();
        for (var i = 0; i < Rows; i++)
        {
            Vectors.Add(product, x[i], Row(i));
        }
    }

    /// <summary>The Frobenius norm.</summary>
    public double FrobeniusNorm() => Vectors.Norm(_values);

    /// <summary>The spectral norm: the largest singular value.</summary>
    public double SpectralNorm() => SingularValues.Of(this).Values[0];

    /// <summary>The symmetric part <c>(A + A')/2</c> of a square matrix.</summary>
    public Matrix SymmetricPart() => 0.5 * (this + Transpose());

    private static void Require(bool fits, Matrix a, Matrix b)
    {
        if (!fits)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"A {a.Rows} x {a.Columns} and a {b.Rows} x {b.Columns} matrix do not fit together."));
        }
    }
}
