namespace Looped.Studies.Theory;

/// <summary>What a check of the theory measured; a part that was not reached is empty.</summary>
/// <param name="Settings">The settings.</param>
public sealed record TheoryResult(TheorySettings Settings)
{
    /// <summary>Pairs of landscapes under Setting 1.</summary>
    public IReadOnlyList<ForceInstance> Quadratic { get; init; } = [];

    /// <summary>Pairs of landscapes under Setting 2.</summary>
    public IReadOnlyList<ForceInstance> General { get; init; } = [];

    /// <summary>Time-varying valleys with no loss behind them.</summary>
    public IReadOnlyList<SequenceInstance> Sequences { get; init; } = [];

    /// <summary>Pairs under Setting 1, descended by several update rules.</summary>
    public IReadOnlyList<OptimizerInstance> Optimizers { get; init; } = [];

    /// <summary>One pair under Setting 1 through its steps.</summary>
    public IReadOnlyList<ForceCourse> QuadraticCourses { get; init; } = [];

    /// <summary>One pair under Setting 2 through its steps.</summary>
    public IReadOnlyList<ForceCourse> GeneralCourses { get; init; } = [];

    /// <summary>Lemmas 1 to 3 on the attention models.</summary>
    public IReadOnlyList<LemmaRow> Lemmas { get; init; } = [];

    /// <summary>Theorem 3 on the attention models.</summary>
    public IReadOnlyList<AlignmentRow> Alignments { get; init; } = [];

    /// <summary>The readings of 'river' on the attention models.</summary>
    public IReadOnlyList<RiverRow> Rivers { get; init; } = [];

    /// <summary>Wall time from start to end.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether every part was reached.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Whether nothing was measured.</summary>
    public bool IsEmpty => Quadratic.Count == 0;
}
