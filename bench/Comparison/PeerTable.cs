using System.Globalization;

namespace Looped.Benchmarks.Comparison;

/// <summary>The table of a comparison, in Markdown, a line as soon as it is known.</summary>
/// <param name="writer">Where it goes.</param>
public sealed class PeerTable(TextWriter writer)
{
    /// <summary>Results that differ by more, relative, are not results of the same work.</summary>
    private const double Tolerance = 1e-10;

    private readonly MarkdownTable _table = new(
        writer,
        ("model", 6), ("d", 2), ("P", 4), ("data", 8), ("work", 12), ("ours ms", 10), ("PyTorch ms", 10), ("ratio", 6),
        ("of fastest", 6), ("bytes", 7), ("differ by", 9), ("PyTorch's fastest form", 1));

    private ToyProblem? _problem;
    private int _different;

    /// <summary>Names the problem that the next lines are about.</summary>
    public void Begin(ToyProblem problem) => _problem = problem;

    /// <summary>Adds a line.</summary>
    /// <param name="data">How many contexts or samples.</param>
    /// <param name="work">What was computed.</param>
    /// <param name="verdict">What came out.</param>
    public void Add(string data, string work, Verdict verdict)
    {
        var note = verdict.Form.Note.Length == 0 ? "" : $" (scaled from {verdict.Form.Note})";
        _different += verdict.Difference <= Tolerance ? 0 : 1;
        _table.Add(
            $"{_problem!.Settings.Architecture}",
            $"{_problem.Settings.Width}",
            $"{_problem.Theta.Length}",
            data,
            work,
            Number(verdict.OurMedian * 1e3, "0.000"),
            Number(verdict.TheirMedian * 1e3, "0.000"),
            Number(verdict.TheirMedian / verdict.OurMedian, "0.0"),
            Number(verdict.Theirs[0] / verdict.Ours[0], "0.0"),
            Number(verdict.Bytes, "0"),
            Number(verdict.Difference, "0.0e+0"),
            verdict.Form.Name + note);
    }

    /// <summary>Says whether the results agreed, and gives the command's exit code: 0 if so, else 1.</summary>
    public int Finish()
    {
        writer.WriteLine(_different == 0
            ? $"All results agree to {Tolerance:0e+0}."
            : $"{_different} results differ by more than {Tolerance:0e+0}: their times do not compare.");
        return _different == 0 ? 0 : 1;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
