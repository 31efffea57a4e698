namespace Looped.Models.Data;

/// <summary>How a <see cref="MarkovLanguage"/> uses its transition matrices.</summary>
public enum Dynamics
{
    /// <summary>Step t, from token t to token t + 1, uses matrix ((t - 1) mod M) + 1 of M.</summary>
    Cyclic,

    /// <summary>Each sequence draws one of the M matrices, all equally likely, and keeps it for every step.</summary>
    Mixture,

    /// <summary>Every step of every sequence uses the one matrix.</summary>
    Homogeneous,
}
