using Looped.Models.Gpt2;

namespace Looped.Models.Tests.Gpt2;

public class Gpt2ModelTests
{
    [Theory]
    [InlineData(1, 1, 4, 1)]
    [InlineData(1, 2, 8, 2)]
    [InlineData(3, 1, 6, 6)]
    [InlineData(2, 2, 8, 4)]
    public void Logits_and_loss_are_those_of_the_definition(int loops, int layers, int width, int heads)
    {
        var model = new Gpt2Case(loops, layers, width, heads);
        var expected = model.Plain.Logits(model.Tokens, Gpt2Case.Length);
        Assert.All(model.Logits().Zip(expected), row => Assert.All(
            row.First.Zip(row.Second), logit => Assert.Equal(logit.Second, logit.First, 1e-12)));
        Assert.Equal(model.Plain.Loss(model.Tokens, model.Targets, Gpt2Case.Length), model.Gradient().Loss, 1e-12);
    }

    [Fact]
    public void A_token_changes_the_logits_from_its_position_on_and_of_its_sequence_alone()
    {
        var model = new Gpt2Case();
        var before = model.Logits();
        const int changed = 2;
        model.Tokens[changed] = (model.Tokens[changed] + 1) % model.Settings.Vocabulary;
        var after = model.Logits();
        for (var i = 0; i < before.Length; i++)
        {
            if (i is >= changed and < Gpt2Case.Length)
            {
                Assert.NotEqual(before[i], after[i]);
            }
            else
            {
                Assert.Equal(before[i], after[i]);
            }
        }
    }

    /// <summary>Without positions, a token seen alone and one seen after copies of itself have one state.</summary>
    [Fact]
    public void The_model_knows_no_positions()
    {
        var model = new Gpt2Case();
        Array.Fill(model.Tokens, 3);
        var logits = model.Logits();
        Assert.All(logits, row => Assert.All(
            row.Zip(logits[0]), pair => Assert.Equal(pair.Second, pair.First, 1e-12)));
    }

    [Fact]
    public void Loops_change_the_result_and_nothing_of_the_parameters()
    {
        var (once, thrice) = (new Gpt2Case(loops: 1), new Gpt2Case(loops: 3));
        Assert.Equal(once.Layout, thrice.Layout);
        Assert.NotEqual(once.Gradient().Loss, thrice.Gradient().Loss);
        Assert.NotEqual(once.Logits()[0], thrice.Logits()[0]);
    }

    [Fact]
    public void The_loss_is_the_mean_over_the_targets_that_count()
    {
        var model = new Gpt2Case();
        var losses = new List<double>();
        var targets = (int[])model.Targets.Clone();
        for (var i = 0; i < targets.Length; i++)
        {
            model.Targets = [.. targets.Select((target, j) => j == i ? target : Gpt2Model.Ignored)];
            if (targets[i] != Gpt2Model.Ignored)
            {
                losses.Add(model.Gradient().Loss);
            }
        }

        model.Targets = targets;
        Assert.InRange(losses.Count, 2, targets.Length - 1);
        Assert.Equal(losses.Average(), model.Gradient().Loss, 1e-12);
    }

    [Fact]
    public void A_program_names_its_weights_as_public_checkpoints_do()
    {
        var settings = new Gpt2Settings(Width: 6, Layers: 2, Heads: 3, Vocabulary: 5, Outputs: 4);
        string[] block =
        [
            "ln_1.weight (6)", "ln_1.bias (6)", "attn.c_attn.weight (6,18)", "attn.c_attn.bias (18)",
            "attn.c_proj.weight (6,6)", "attn.c_proj.bias (6)", "ln_2.weight (6)", "ln_2.bias (6)",
            "mlp.c_fc.weight (6,24)", "mlp.c_fc.bias (24)", "mlp.c_proj.weight (24,6)", "mlp.c_proj.bias (6)",
        ];
        string[] expected =
        [
            .. block.Select(weight => $"h.0.{weight}"), .. block.Select(weight => $"h.1.{weight}"),
            "ln_f.weight (6)", "ln_f.bias (6)", "read_in.weight (5,6)", "read_out.weight (4,6)", "read_out.bias (4)",
        ];
        Assert.Equal(expected, Gpt2Model.Loss(settings, 1, 2).Parameters.Select(input => $"{input.Name} {input.Type.Shape}"));
    }

    [Theory]
    [InlineData(0, 1, 1, 1, "width")]
    [InlineData(4, 0, 1, 1, "layers")]
    [InlineData(4, 1, 3, 1, "heads")]
    [InlineData(4, 1, 2, 0, "loops")]
    public void Settings_that_describe_no_model_are_refused(int width, int layers, int heads, int loops, string culprit)
    {
        var settings = new Gpt2Settings(width, layers, heads, Vocabulary: 3, Outputs: 3, loops);
        var error = Assert.Throws<ArgumentException>(() => Gpt2Model.Loss(settings, 1, 2));
        Assert.StartsWith(culprit, error.Message, StringComparison.Ordinal);
    }
}
