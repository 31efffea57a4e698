using Looped.Tensors;

namespace Looped.Models.Tasks;

/// <summary>
/// An algorithmic task in the format of Fan et al. (2024), <i>Looped Transformers for Length Generalization</i>: a prompt of
/// operands and separators, the answer that a model is to give in one pass from the last separator on, and the number of
/// loops that it is given for that.
/// </summary>
public abstract class AlgorithmicTask
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is asked for, in a sentence.</summary>
    public abstract string Description { get; }

    /// <summary>Decoder blocks of one loop in the published setting.</summary>
    public abstract int Layers { get; }

    /// <summary>Heads of a model of width 256 in the published setting.</summary>
    public abstract int Heads { get; }

    /// <summary>The lengths that training goes through in the published setting.</summary>
    public abstract Curriculum Curriculum { get; }

    /// <summary>The greatest length that is tested in the published setting.</summary>
    public abstract int TestLength { get; }

    /// <summary>Operands of a prompt.</summary>
    public virtual int Operands => 1;

    /// <summary>An operand's symbols are 0 to this number less one.</summary>
    public virtual int Symbols => 2;

    /// <summary>Symbols that a model reads and writes: 0 to this number less one.</summary>
    public virtual int Vocabulary => 6;

    /// <summary>The symbol that follows the prompt in the input, and the answer in the targets, to the end of the row.</summary>
    public virtual int EndSymbol => 3;

    /// <summary>Loops beyond a sample's own that inference tries before it chooses one.</summary>
    public virtual int ExtraLoops => 20;

    /// <summary>Positions of a row.</summary>
    /// <param name="longest">The greatest length of an operand in the batch.</param>
    public abstract int RowLength(int longest);

    /// <summary>The sample that asks for the answer to given operands.</summary>
    /// <exception cref="ArgumentException">
    /// Their number is wrong, one is empty, they are not of the lengths that the task takes, or a symbol does not exist.
    /// </exception>
    public TaskSample Sample(params IReadOnlyList<int[]> operands)
    {
        if (operands.Count != Operands)
        {
            throw new ArgumentException($"{Name} takes {Operands} operand{(Operands == 1 ? "" : "s")}, not {operands.Count}");
        }

        foreach (var operand in operands)
        {
            if (operand.Length == 0)
            {
                throw new ArgumentException($"an operand of {Name} needs at least one symbol");
            }

            foreach (var symbol in operand)
            {
                if (symbol < 0 || symbol >= Symbols)
                {
                    throw new ArgumentException($"an operand of {Name} has symbols from 0 to {Symbols - 1}, not {symbol}");
                }
            }
        }

        RequireLengths(operands);
        return new TaskSample(
            operands.Max(operand => operand.Length), [.. Prompt(operands)], [.. Answer(operands)], Loops(operands));
    }

    /// <summary>A random sample, every operand of one length.</summary>
    /// <param name="random">Where its symbols come from.</param>
    /// <param name="length">The length, at least 1.</param>
    public TaskSample Draw(Philox random, int length) =>
        Sample([.. Enumerable.Range(0, Operands).Select(_ => RandomSymbols(random, length))]);

    /// <summary>A random sample of a random length, uniform on 1 to <paramref name="longest"/>.</summary>
    /// <param name="random">Where its length and symbols come from.</param>
    /// <param name="longest">The greatest length, at least 1.</param>
    public virtual TaskSample DrawUpTo(Philox random, int longest) => Draw(random, 1 + random.NextInt(longest));

    /// <summary>T: the loops that samples whose operands are all of one length are given.</summary>
    public virtual int Loops(int length) => length;

    /// <summary>The loops of one sample.</summary>
    protected virtual int Loops(IReadOnlyList<int[]> operands) => Loops(operands[0].Length);

    /// <summary>The input up to and with the last separator.</summary>
    protected abstract IEnumerable<int> Prompt(IReadOnlyList<int[]> operands);

    /// <summary>The answer without the end symbol.</summary>
    protected abstract IEnumerable<int> Answer(IReadOnlyList<int[]> operands);

    /// <summary>Refuses operands whose lengths do not go together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    protected virtual void RequireLengths(IReadOnlyList<int[]> operands)
    {
        if (operands.Any(operand => operand.Length != operands[0].Length))
        {
            throw new ArgumentException($"the operands of {Name} must be of one length");
        }
    }

    /// <summary>Random symbols of an operand.</summary>
    protected int[] RandomSymbols(Philox random, int length)
    {
        var symbols = new int[length];
        for (var i = 0; i < length; i++)
        {
            symbols[i] = random.NextInt(Symbols);
        }

        return symbols;
    }
}
