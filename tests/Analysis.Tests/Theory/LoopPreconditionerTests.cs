using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

/// <summary>Lemma 3, and Theorem 3 where it can be proven.</summary>
public class LoopPreconditionerTests
{
    [Fact]
    public void Stacked_gradients_are_those_of_the_lemmas() => Prop.ForAll(Worlds.Cases, world =>
    {
        var (single, looped, random) = Passes(world.Seed, world.Size);
        var g = Vectors.Normal(random, world.Size);
        var key = new LoopPreconditioner(looped, 0.9, PreconditionedMatrix.Key);
        var query = new LoopPreconditioner(looped, 0.9, PreconditionedMatrix.Query);
        return Vectors.RelativeError(key.Single(g), Columns(single.KeyGradient(g))) < 1e-12
            && Vectors.RelativeError(key.Looped(g), Columns(looped.KeyGradient(g))) < 1e-12
            && Vectors.RelativeError(query.Single(g), Columns(single.QueryGradient(g))) < 1e-12
            && Vectors.RelativeError(query.Looped(g), Columns(looped.QueryGradient(g))) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_one_g_in_the_projectors_range_Lemma_3_holds() => Prop.ForAll(Worlds.Cases, world =>
    {
        var (_, looped, random) = Passes(world.Seed, world.Size);
        return Enum.GetValues<PreconditionedMatrix>().All(matrix =>
        {
            var lemma = new LoopPreconditioner(looped, 0.9, matrix);
            var g = lemma.Projector.Apply(Vectors.Normal(random, world.Size));
            return lemma.Rank <= 3 && Vectors.RelativeError(lemma.P.Apply(lemma.Single(g)), lemma.Looped(g)) < 1e-7;
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Where_the_width_exceeds_the_tokens_it_does_not_hold_for_every_g()
    {
        var (_, looped, random) = Passes(3, 6);
        var lemma = new LoopPreconditioner(looped, 0.9, PreconditionedMatrix.Key);
        var g = Vectors.Normal(random, 6);
        Assert.True(Vectors.RelativeError(lemma.P.Apply(lemma.Single(g)), lemma.Looped(g)) > 0.01);
    }

    [Fact]
    public void Multiples_of_the_identity_align_the_two_gradients_of_one_g() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "identity");
        var weights = AttentionWeights.NearlyDiagonal(
            random, Worlds.Models(world.Size).Looped, 0.5 + random.NextDouble(), anisotropy: 1, offDiagonal: 0);
        var (single, looped, _) = Passes(world.Seed, world.Size, weights);
        var g = Vectors.Normal(random, world.Size);
        var conditions = AlignmentConditions.Of(weights, [looped]);
        return conditions.HoldsFour && conditions.HoldsFive
            && Vectors.Dot(single.KeyGradient(g).Values, looped.KeyGradient(g).Values) > 0
            && Vectors.Dot(single.QueryGradient(g).Values, looped.QueryGradient(g).Values) > 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_assumptions_quantities_are_measured()
    {
        var settings = Worlds.Models(4).Looped;
        var nearly = AttentionWeights.NearlyDiagonal(new Philox(1, "nearly"), settings, 1, 2, 0.3);
        var tokens = Worlds.Tokens(ToyEmbedding.Random(1, 3, 4, 0), 0, 1, 2);
        var conditions = AlignmentConditions.Of(nearly, [new AttentionPass(settings, nearly, tokens)]);
        Assert.InRange(conditions.OffDiagonal, 0.05, 0.6);
        Assert.False(conditions.HoldsFour);
        Assert.InRange(conditions.Asymmetry, 0.01, 1);

        var turned = nearly with { Query = -1 * Matrix.Identity(4) };
        var signs = AlignmentConditions.Of(turned, [new AttentionPass(settings, turned, tokens)]);
        Assert.Equal(1 / 3.0, signs.NegativeDiagonal, 1e-15);
        Assert.InRange(signs.NegativePart, 0.5, 1);
    }

    [Fact]
    public void A_preconditioner_that_is_no_more_than_the_gate_is_definite()
    {
        var (single, _, _) = Passes(2, 3);
        var lemma = new LoopPreconditioner(single, 0.5, PreconditionedMatrix.Query);
        Assert.Equal(1, lemma.Definiteness(), 1e-14);
        Assert.Equal(0.5, lemma.P[4, 4]);
    }

    private static double[] Columns(Matrix matrix) => matrix.Transpose().Values.ToArray();

    private static (AttentionPass Single, AttentionPass Looped, Philox Random) Passes(
        ulong seed, int width, AttentionWeights? weights = null)
    {
        var random = new Philox(seed, "passes");
        var (single, looped) = Worlds.Models(width, gate: 0.9);
        weights ??= Worlds.Weights(random, width);
        var tokens = Worlds.Tokens(
            ToyEmbedding.Random(seed, 3, width, 0), random.NextInt(3), random.NextInt(3), random.NextInt(3));
        return (new AttentionPass(single, weights, tokens), new AttentionPass(looped, weights, tokens), random);
    }
}
