using Looped.Models.Tasks;

namespace Looped.Models.Tests.Tasks;

public class TaskStreamTests
{
    public static TheoryData<string> Tasks => [.. AlgorithmicTasks.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_batch_depends_on_seed_purpose_and_number_alone(string name)
    {
        var task = AlgorithmicTasks.Find(name)!;
        var batch = new TaskStream(task, 3, "training").UpTo(1000, 8, 6);
        Assert.Equal(batch.Tokens, new TaskStream(task, 3, "training").UpTo(1000, 8, 6).Tokens);
        Assert.NotEqual(batch.Tokens, new TaskStream(task, 4, "training").UpTo(1000, 8, 6).Tokens);
        Assert.NotEqual(batch.Tokens, new TaskStream(task, 3, "test").UpTo(1000, 8, 6).Tokens);
        Assert.NotEqual(batch.Tokens, new TaskStream(task, 3, "training").UpTo(1001, 8, 6).Tokens);
    }

    /// <summary>At the greatest length of training and of tests, whatever the symbols.</summary>
    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_answer_fits_and_is_followed_by_an_end_symbol(string name)
    {
        var task = AlgorithmicTasks.Find(name)!;
        foreach (var length in new[] { 1, task.Curriculum.End, task.TestLength })
        {
            var batch = new TaskStream(task, 1, "test").OfLength(0, 100, length);
            Assert.All(Enumerable.Range(1, batch.Count), row =>
                Assert.Equal(task.EndSymbol, batch.Targets[(row * batch.RowLength) - 1]));
            Assert.All(batch.Tokens, token => Assert.InRange(token, 0, task.Vocabulary - 1));
            Assert.All(batch.Targets, target => Assert.InRange(target, -1, task.Vocabulary - 1));
            Assert.All(batch.Loops, loops => Assert.Equal(task.Loops(length), loops));
        }
    }

    /// <summary>The chi-squared statistic of ten lengths with 9 degrees of freedom exceeds 33.7 once in ten thousand.</summary>
    [Fact]
    public void Lengths_are_uniform()
    {
        var batch = new TaskStream(new Parity(), 5, "training").UpTo(0, 10_000, 10);
        var counts = batch.Samples.CountBy(sample => sample.Length).ToDictionary();
        Assert.InRange(Enumerable.Range(1, 10).Sum(length => Math.Pow(counts[length] - 1000, 2) / 1000), 0, 33.7);
    }

    [Fact]
    public void The_two_lengths_of_a_product_are_drawn_apart()
    {
        var samples = new TaskStream(new Multiplication(), 5, "training").UpTo(0, 1000, 3).Samples;
        Assert.Equal([1, 2, 3, 4, 6, 9], samples.Select(sample => sample.Loops).Distinct().Order());
    }

    [Fact]
    public void A_curriculum_grows_by_one_each_interval_to_its_end()
    {
        var curriculum = new Curriculum(1, 4, 10);
        Assert.Equal([1, 1, 2, 3, 4, 4], new long[] { 0, 9, 10, 29, 30, 1000 }.Select(curriculum.Longest));
        Assert.Equal(30, curriculum.LastGrowth);
    }
}
