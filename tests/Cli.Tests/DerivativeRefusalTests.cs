namespace Looped.Cli.Tests;

public class DerivativeRefusalTests : IDisposable
{
    private readonly Looped _looped = new();
    private readonly PlainModel _model =
        PlainModel.Random(true, width: 2, symbols: 3, sequences: 4, length: 3, loops: 3, gate: 1, meanScale: true);

    public DerivativeRefusalTests() => _looped.WriteModel(_model, _model.RandomTheta());

    public void Dispose() => _looped.Dispose();

    [Theory]
    [InlineData("--model", "both", "single or looped")]
    [InlineData("--loops", "0", "from 1 to 64")]
    [InlineData("--loops", "2.5", "from 1 to 64")]
    [InlineData("--gate", "wide", "finite number")]
    [InlineData("--scale", "sum", "mean or none")]
    public void A_value_that_is_not_allowed(string option, string value, string allowed) =>
        Refuse(["hessian", .. ModelFiles.Options, option, value, "--out", "h.npy"], option, allowed, $"'{value}'");

    [Fact]
    public void A_file_that_is_not_given()
    {
        Refuse(["hessian", .. ModelFiles.Options], "--out");
        Refuse(["hessian", .. ModelFiles.Options[2..], "--out", "h.npy"], "--params");
        Refuse(["hessian", .. ModelFiles.Options[..^2], "--data", "", "--out", "h.npy"], "--data must name a file");
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_what_it_should_be()
    {
        _looped.Write("text", "not an array");
        Refuse(Hessian("--counts", "none.npy"), "none.npy");
        Refuse(Hessian("--counts", "text"), "text is not an NPY file");
        Refuse(["hessian", .. ModelFiles.Options[2..], "--params", "text", "--out", "h.npy"], "text is not sound ZIP data");
        Refuse(["hessian", .. ModelFiles.Options, "--out", "no/h.npy"], "--out no/h.npy", "folder does not exist");
        Refuse(["hessian", .. ModelFiles.Options, "--out", "."], "--out must name a file");
    }

    [Fact]
    public void Data_that_are_no_sequences_of_symbols()
    {
        RefuseData([4], [0L, 1, 2, 0], "N x L", "not (4)");
        RefuseData([4, 1], [0L, 1, 2, 0], "L at least 2", "not (4,1)");
        RefuseData([0, 3], Array.Empty<long>(), "N at least 1", "not (0,3)");
        RefuseData([1, 3], [0L, 1, 3], "symbols from 0 to 2", "not 3");
        RefuseData([1, 3], [0L, -1, 2], "symbols from 0 to 2", "not -1");
        RefuseData([1, 3], [0.0, 1, 2], "integers are needed");

        void RefuseData<T>(int[] extents, T[] values, params string[] parts)
            where T : unmanaged
        {
            _looped.WriteArray("x.npy", extents, values);
            Refuse(Hessian(), ["x.npy", .. parts]);
        }
    }

    [Fact]
    public void Counts_that_weigh_nothing()
    {
        RefuseCounts([1, 1, 1], "one for each of the 4 sequences", "not (3)");
        RefuseCounts([1, -1, 1, 1], "must not be negative");
        RefuseCounts([0, 0, 0, 0], "positive sum");
        RefuseCounts([1, double.NaN, 1, 1], "finite numbers");

        void RefuseCounts(double[] counts, params string[] parts)
        {
            _looped.WriteArray("c.npy", [counts.Length], counts);
            Refuse(Hessian("--counts", "c.npy"), ["c.npy", .. parts]);
        }
    }

    [Fact]
    public void Parameters_and_embeddings_that_do_not_fit()
    {
        _looped.WriteArray("e.npy", [2, 3], new double[6]);
        Refuse(Hessian(), "e.npy", "(3,2)", "not (2,3)");
        _looped.WriteArray("e.npy", [3, 2], new[] { 0, 0, 0, double.PositiveInfinity, 0, 0 });
        Refuse(Hessian(), "e.npy", "finite numbers");

        _looped.WriteModel(_model, [.. _model.RandomTheta()[..^1], double.NaN]);
        Refuse(Hessian(), "W_h in p.npz", "finite numbers");
        WriteParameters(("W_Q", [2, 2]), ("W_V", [2, 2]), ("W_h", [3, 2]));
        Refuse(Hessian(), "p.npz lacks W_K");
        WriteParameters(("W_Q", [2, 2]), ("W_K", [2, 3]), ("W_V", [2, 2]), ("W_h", [3, 2]));
        Refuse(Hessian(), "W_K in p.npz", "(2,2)", "not (2,3)");
        WriteParameters(("W_Q", [2, 2]), ("W_K", [2, 2]), ("W_V", [2, 2]), ("W_h", [6]));
        Refuse(Hessian(), "W_h in p.npz", "V x d", "not (6)");

        void WriteParameters(params (string Name, int[] Extents)[] arrays) => Tensors.IO.Npz.Write(
            _looped.PathOf("p.npz"),
            arrays.Select(array => KeyValuePair.Create(array.Name, Tensors.IO.NpyArray.Create<double>(
                new Tensors.Shape(array.Extents), new double[array.Extents.Aggregate(1, (a, b) => a * b)]))));
    }

    [Fact]
    public void Directions_of_another_length()
    {
        RefuseVectors([17], new double[17], "(18) or (K,18)", "not (17)");
        RefuseVectors([2, 17], new double[34], "(18) or (K,18)", "not (2,17)");
        RefuseVectors([1, 2, 18], new double[36], "(18) or (K,18)", "not (1,2,18)");
        RefuseVectors([18], [.. new double[17], double.NaN], "finite numbers");

        void RefuseVectors(int[] extents, double[] values, params string[] parts)
        {
            _looped.WriteArray("v.npy", extents, values);
            Refuse(["hvp", .. ModelFiles.Options, "--vectors", "v.npy", "--out", "q.npy"], ["v.npy", .. parts]);
        }
    }

    [Fact]
    public void A_loss_beyond_all_numbers() =>
        Refuse(Hessian("--loops", "64", "--gate", "1e6"), "beyond the range of float64");

    private static string[] Hessian(params string[] more) => ["hessian", .. ModelFiles.Options, .. more, "--out", "h.npy"];

    private void Refuse(string[] arguments, params string[] parts) =>
        _looped.Refuse([.. arguments, .. arguments.Contains("--model") ? (string[])[] : ["--model", "looped"]], parts);
}
