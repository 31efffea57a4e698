using Looped.Models.Tasks;

namespace Looped.Models.Tests.Tasks;

/// <summary>Each task's rows, written out by hand: tokens, targets (a dot is ignored), loops.</summary>
public class TaskFormatTests
{
    [Fact]
    public void Parity_asks_for_the_sum_modulo_2() => Check(
        new Parity(), [[1, 0, 1, 1, 0]], longest: 5, loops: 5,
        "1 0 1 1 0 2 3",
        ". . . . . 1 3");

    [Fact]
    public void Shorter_prompts_are_followed_by_end_symbols_to_the_end_of_the_row() => Check(
        new Parity(), [[1, 1]], longest: 5, loops: 2,
        "1 1 2 3 3 3 3",
        ". . 0 3 3 3 3");

    [Fact]
    public void Addition_asks_for_n_plus_1_bits_most_significant_first() => Check(
        new Addition(), [[1, 0, 1], [0, 1, 1]], longest: 3, loops: 3,
        "1 0 1 2 0 1 1 5 3 3 3 3 3 3 3",
        ". . . . . . . 1 0 0 0 3 3 3 3");

    [Fact]
    public void Addition_writes_leading_zeros() => Check(
        new Addition(), [[0, 0], [0, 1]], longest: 2, loops: 2,
        "0 0 2 0 1 5 3 3 3 3 3 3",
        ". . . . . 0 0 1 3 3 3 3");

    [Fact]
    public void Copy_asks_for_the_bits_again() => Check(
        new Copy(), [[0, 1, 1]], longest: 3, loops: 3,
        "0 1 1 2 3 3 3 3 3 3",
        ". . . 0 1 1 3 3 3 3");

    [Fact]
    public void Binary_sum_asks_for_the_number_of_ones_least_significant_first() => Check(
        new BinarySum(), [[1, 1, 0, 1, 1, 1, 1]], longest: 7, loops: 7,
        "1 1 0 1 1 1 1 5 3 3 3 3 3 3 3 3",
        ". . . . . . . 0 1 1 3 3 3 3 3 3");

    [Fact]
    public void Binary_sum_of_no_ones_is_a_single_zero() => Check(
        new BinarySum(), [[0, 0]], longest: 2, loops: 2,
        "0 0 5 3 3 3 3 3 3 3 3",
        ". . 0 3 3 3 3 3 3 3 3");

    [Fact]
    public void Unique_set_asks_for_first_appearances() => Check(
        new UniqueSet(), [[7, 49, 7, 0, 49]], longest: 5, loops: 5,
        "7 49 7 0 49 51 53 53 53 53 53 53 53 53",
        ". . . . . 7 49 0 53 53 53 53 53 53");

    /// <summary>5 times 3 is 15: 1111 in 5 bits, the least significant first.</summary>
    [Fact]
    public void Multiplication_asks_for_n_plus_m_bits_least_significant_first() => Check(
        new Multiplication(), [[1, 0, 1], [1, 1]], longest: 3, loops: 6,
        "1 0 1 2 1 1 5 3 3 3 3 3 3 3 3 3 3 3 3 3",
        ". . . . . . 1 1 1 1 0 3 3 3 3 3 3 3 3 3");

    [Theory]
    [InlineData("parity", 1, 64, 20, 500, 40, 6, 22, 20)]
    [InlineData("addition", 3, 8, 19, 1600, 30, 6, 66, 20)]
    [InlineData("copy", 2, 8, 19, 1000, 30, 6, 44, 20)]
    [InlineData("binary-sum", 2, 16, 19, 500, 24, 6, 29, 20)]
    [InlineData("unique-set", 3, 8, 19, 1000, 30, 60, 44, 30)]
    [InlineData("multiplication", 4, 8, 11, 500, 15, 6, 88, 30)]
    public void The_published_settings_are_these(
        string name, int layers, int heads, int end, int interval, int test, int vocabulary, int row20, int extra)
    {
        var task = AlgorithmicTasks.Find(name)!;
        Assert.Equal((layers, heads, new Curriculum(1, end, interval)), (task.Layers, task.Heads, task.Curriculum));
        Assert.Equal((test, vocabulary, row20), (task.TestLength, task.Vocabulary, task.RowLength(20)));
        Assert.Equal(extra, task.ExtraLoops);
        Assert.Equal(name == "multiplication" ? 36 : 6, task.Loops(6));
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused_in_a_sentence()
    {
        Refuses("parity takes 1 operand, not 2", () => new Parity().Sample([1], [0]));
        Refuses("addition takes 2 operands, not 1", () => new Addition().Sample([1]));
        Refuses("an operand of parity has symbols from 0 to 1, not 2", () => new Parity().Sample([0, 2]));
        Refuses("an operand of copy needs at least one symbol", () => new Copy().Sample([[]]));
        Refuses("the operands of addition must be of one length", () => new Addition().Sample([1], [0, 1]));

        static void Refuses(string sentence, Func<object> sample) =>
            Assert.Equal(sentence, Assert.Throws<ArgumentException>(sample).Message);
    }

    private static void Check(
        AlgorithmicTask task, IReadOnlyList<int[]> operands, int longest, int loops, string tokens, string targets)
    {
        var batch = new TaskBatch(task, [task.Sample(operands)], task.RowLength(longest));
        Assert.Equal(tokens, string.Join(' ', batch.Tokens));
        Assert.Equal(targets, string.Join(' ', batch.Targets.Select(target => target < 0 ? "." : $"{target}")));
        Assert.Equal([loops], batch.Loops);
    }
}
