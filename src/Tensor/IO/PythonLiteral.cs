using System.Globalization;

namespace Looped.Tensors.IO;

/// <summary>
/// A reader of the few Python literals that an NPY header is made of: strings without escapes, booleans, tuples of
/// non-negative integers. Every error is an <see cref="InvalidDataException"/> that names the file and the place.
/// </summary>
internal sealed class PythonLiteral(string text, string name)
{
    private int _position;

    /// <summary>The next character that is not white space; NUL at the end.</summary>
    public char Next
    {
        get
        {
            while (_position < text.Length && text[_position] is ' ' or '\n' or '\t' or '\r')
            {
                _position++;
            }

            return _position < text.Length ? text[_position] : '\0';
        }
    }

    /// <summary>Steps over a character if it is the next one.</summary>
    public bool Accept(char expected)
    {
        if (Next != expected || _position == text.Length)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Steps over a character that must be the next one.</summary>
    public void Expect(char expected)
    {
        if (!Accept(expected))
        {
            throw Error($"'{expected}'");
        }
    }

    /// <summary>Nothing but white space may follow.</summary>
    public void ExpectEnd()
    {
        _ = Next;
        if (_position != text.Length)
        {
            throw Error("the end");
        }
    }

    /// <summary>A string in single or double quotes.</summary>
    public string ReadString()
    {
        var quote = Next;
        if (quote is not ('\'' or '"'))
        {
            throw Error("a quoted string");
        }

        var end = text.IndexOf(quote, _position + 1);
        if (end < 0)
        {
            throw Error("a string with a closing quote");
        }

        var value = text[(_position + 1)..end];
        _position = end + 1;
        return value;
    }

    /// <summary><c>True</c> or <c>False</c>.</summary>
    public bool ReadBoolean()
    {
        _ = Next;
        var rest = text.AsSpan(_position);
        if (rest.StartsWith("True", StringComparison.Ordinal))
        {
            _position += "True".Length;
            return true;
        }

        if (rest.StartsWith("False", StringComparison.Ordinal))
        {
            _position += "False".Length;
            return false;
        }

        throw Error("True or False");
    }

    /// <summary>A tuple of integers: <c>()</c>, <c>(3,)</c>, <c>(2, 3)</c>.</summary>
    public Shape ReadShape()
    {
        var extents = new List<int>();
        var commas = 0;
        Expect('(');
        while (!Accept(')'))
        {
            if (commas < extents.Count || extents.Count == NpyHeader.MaximumRank)
            {
                throw Error("',' or ')' of a tuple of at most 64 extents");
            }

            extents.Add(ReadExtent());
            commas += Accept(',') ? 1 : 0;
        }

        // In Python (3) is a number; only (3,) is a tuple.
        return extents.Count == 1 && commas == 0 ? throw Error("a tuple") : new Shape([.. extents]);
    }

    private int ReadExtent()
    {
        _ = Next;
        var start = _position;
        while (_position < text.Length && char.IsAsciiDigit(text[_position]))
        {
            _position++;
        }

        var digits = text.AsSpan(start, _position - start);
        if (digits.IsEmpty)
        {
            throw Error("a non-negative extent");
        }

        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var extent))
        {
            throw new InvalidDataException(
                $"The NPY header of {name} gives an axis {digits} elements; at most {int.MaxValue} are allowed.");
        }

        // Files written under Python 2 end long integers in an L.
        if (_position < text.Length && text[_position] == 'L')
        {
            _position++;
        }

        return extent;
    }

    private InvalidDataException Error(string expected) =>
        new($"The NPY header of {name} is malformed at character {_position}: expected {expected}.");
}
