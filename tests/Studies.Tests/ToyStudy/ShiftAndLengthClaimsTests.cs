using Looped.Models.Data;
using Looped.Studies.Ledger;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;

namespace Looped.Studies.Tests.ToyStudy;

/// <summary>Verdicts on measurements that were made up to have one.</summary>
public class ShiftAndLengthClaimsTests
{
    private const int Seeds = 8;

    [Fact]
    public void A_shift_that_saves_and_loses_nothing_is_supported_and_each_fault_shows()
    {
        Assert.Equal(Verdict.Supported, Judge("S1", Part(final: 0.6, late: 0.4)).Verdict);

        // No worse when late, or never switched, or as dear as Looped: parts fail.
        Assert.Equal(Verdict.Depends, Judge("S1", Part(final: 0.6, late: 0.6)).Verdict);
        Assert.Equal(Verdict.Depends, Judge("S1", Part(final: 0.5, late: 0.4)).Verdict);
        Assert.Equal(Verdict.NotSupported, Judge("S1", Part(final: 0.5, late: 0.6, point: 0)).Verdict);
    }

    [Fact]
    public void Savings_are_those_of_the_epochs_of_the_cheaper_model()
    {
        // 100 of 400 epochs at a third of the cost save a sixth.
        var row = Judge("S1", Part(final: 0.6, late: 0.4));
        Assert.Equal(0, row.Value, 0.002);
        Assert.Contains("operations that it saves: 0.167", row.Statistic);
    }

    [Fact]
    public void A_small_drop_that_passes_is_supported_and_a_large_or_lasting_one_is_not()
    {
        Assert.Equal(Verdict.Supported, Judge("D1", Part(drop: 0.02, recovery: 5)).Verdict);
        Assert.Equal(Verdict.Depends, Judge("D1", Part(drop: 0.2, recovery: 5)).Verdict);
        Assert.Equal(Verdict.Depends, Judge("D1", Part(drop: 0.02, recovery: double.PositiveInfinity)).Verdict);
        Assert.Equal(Verdict.Depends, Judge("D1", Part(drop: -0.02, recovery: 0)).Verdict);

        // What never comes back counts with the 300 epochs that were left, of 400.
        Assert.Contains(
            "back 0.750", Judge("D1", Part(drop: 0.02, recovery: double.PositiveInfinity)).Statistic);
    }

    [Fact]
    public void Longer_sequences_are_judged_apart_by_their_last_matrix()
    {
        // Looped is better where the last matrix is training's and worse where it is not.
        var rows = Ledger(lengths: i => Lengths(i, difference: matrix => matrix == 3 ? 0.1 : -0.1)).ToList();
        Assert.Equal(Verdict.Supported, rows.Single(row => row.Id == "G1").Verdict);
        Assert.Equal(0.1, rows.Single(row => row.Id == "G1").Value, 0.01);
        Assert.Equal(Verdict.NotSupported, rows.Single(row => row.Id == "G1-other").Verdict);
        Assert.Equal(-0.1, rows.Single(row => row.Id == "G1-other").Value, 0.01);

        var mixture = Ledger(lengths: i => Lengths(i, difference: _ => 0.1, isMixture: true)).ToList();
        Assert.Equal(Verdict.Supported, mixture.Single(row => row.Id == "G1").Verdict);
        Assert.DoesNotContain(mixture, row => row.Id == "G1-other");
    }

    [Fact]
    public void Lengths_with_hardly_any_simple_sequence_do_not_count()
    {
        var row = Ledger(lengths: i => Lengths(i, difference: _ => 0.1, outlier: 0.9)).Single(row => row.Id == "G1");
        Assert.Equal(0.1, row.Value, 0.01);
    }

    [Fact]
    public void A_steady_fall_is_told_from_none()
    {
        LedgerRow Of(double slope) =>
            Ledger(lengths: i => Lengths(i, difference: _ => 0.02, slope: slope)).Single(row => row.Id == "G2");

        Assert.Equal((Verdict.NotSupported, -1), (Of(-0.01).Verdict, Of(-0.01).Value));
        Assert.Equal((Verdict.Supported, 1), (Of(0.01).Verdict, Of(0.01).Value));
    }

    [Fact]
    public void Without_measurements_there_are_no_rows()
    {
        var ids = Ledger().Select(row => row.Id).ToList();
        Assert.DoesNotContain("S1", ids);
        Assert.DoesNotContain("G1", ids);
    }

    private static LedgerRow Judge(string id, Func<int, ShiftPart> part) => Ledger(part).Single(row => row.Id == id);

    private static IEnumerable<LedgerRow> Ledger(
        Func<int, ShiftPart>? shift = null, Func<int, LengthPart>? lengths = null)
    {
        var nothing = new Accuracies(1, 1, 1);
        return StudyLedger.Judge(
        [
            .. Enumerable.Range(0, Seeds).Select(i =>
            {
                var settings = new ToySettings { Seed = (ulong)i };
                var course = new ToyResult(
                    settings, "none", new Ceilings(nothing, nothing, nothing), [], TimeSpan.Zero, IsComplete: true);
                return (
                    new StudyCell(Variation.None, StudyWorld.Cyclic, settings),
                    new SeedResult(StudyWorld.Cyclic, settings, course)
                    {
                        Shift = shift?.Invoke(i),
                        Lengths = lengths?.Invoke(i),
                    });
            }),
        ]).Rows;
    }

    /// <summary>Looped alone ends at 0.6; an epoch of Single costs a third of one of Looped. Seeds differ a little.</summary>
    private static Func<int, ShiftPart> Part(
        double final = 0.6, double late = 0.4, double drop = 0.02, double recovery = 5, int point = 100) => seed =>
    {
        var noise = 1e-3 * Math.Cos(seed);
        ShiftOutcome Outcome(int at, double accuracy) => new(at, accuracy + noise, accuracy, 1, drop + noise, recovery);
        return new ShiftPart(
            400,
            point,
            point,
            new double[401],
            new double[401],
            new double[401],
            [Outcome(0, 0.6), Outcome(350, late), Outcome(400, 0.5)],
            Outcome(point, final) with { Accuracy = final - noise },
            new EpochCost(1e-6, 1000),
            new EpochCost(3e-6, 3000));
    };

    /// <summary>Single is right on a half of the training lengths and its accuracy changes with each further token.</summary>
    private static LengthPart Lengths(
        int seed, Func<int, double> difference, bool isMixture = false, double slope = 0, double outlier = 0)
    {
        var noise = 1e-4 * Math.Sin(seed);
        return new LengthPart(10, Row(4), [.. MeasurementPlan.Lengths.Select(Row)]);

        LengthRow Row(int length)
        {
            var matrix = isMixture ? 0 : ((length - 2) % 3) + 1;
            var single = 0.5 + (slope * (length - 4));
            var isRare = length == 16;
            var gain = difference(matrix) + noise + (isRare ? outlier : 0);
            SimpleAccuracies Of(double accuracy) => new(accuracy, accuracy);
            return new LengthRow(
                length,
                matrix,
                isRare ? 0.005 : 0.5,
                new LengthAccuracies(Of(single), Of(single + gain), Of(single), Of(1), Of(1), Of(1)),
                length,
                1,
                [1]);
        }
    }
}
