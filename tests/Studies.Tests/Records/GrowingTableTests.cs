using Looped.Studies.Records;

namespace Looped.Studies.Tests.Records;

public sealed class GrowingTableTests : IDisposable
{
    private const string Header = "step,loss";

    private readonly TemporaryFolder _folder = new();

    private string PathOf => _folder.PathOf("metrics.csv");

    public void Dispose() => _folder.Dispose();

    /// <summary>Whatever byte a killed process came to, what stays is whole rows up to the step.</summary>
    [Fact]
    public void Opening_cuts_back_to_whole_rows_up_to_a_step()
    {
        const string Whole = "step,loss\n10,1.5\n20,1.25\n30,1\n";
        for (var length = 0; length <= Whole.Length; length++)
        {
            File.WriteAllText(PathOf, Whole[..length]);
            using (var table = GrowingTable.Open(PathOf, Header, 20))
            {
                Assert.Equal(length >= 25 ? "20,1.25" : length >= 17 ? "10,1.5" : null, table.LastRow);
                table.Append("25,9");
            }

            var rows = length >= 25 ? "10,1.5\n20,1.25\n" : length >= 17 ? "10,1.5\n" : "";
            Assert.Equal($"step,loss\n{rows}25,9\n", File.ReadAllText(PathOf));
        }
    }

    [Theory]
    [InlineData("epoch,loss\n1,2\n", "has other columns")]
    [InlineData("step,loss\none,2\n", "a row that does not begin with a step: 'one,2'")]
    public void Other_files_are_refused_and_left_alone(string text, string part)
    {
        File.WriteAllText(PathOf, text);
        var failure = Assert.Throws<InvalidDataException>(() => GrowingTable.Open(PathOf, Header, 20));
        Assert.Contains(part, failure.Message);
        Assert.Equal(text, File.ReadAllText(PathOf));
    }
}
