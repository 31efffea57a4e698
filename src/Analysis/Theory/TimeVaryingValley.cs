using Looped.Tensors;

namespace Looped.Analysis.Theory;

/// <summary>How the coupling of a <see cref="TimeVaryingValley"/> moves within its bound.</summary>
public enum CouplingLaw
{
    /// <summary>A new random matrix of the largest norm at each step.</summary>
    Random,

    /// <summary>Always the matrix of that norm that pushes the river the same way: the worst that Assumption 2 allows.</summary>
    Aligned,
}

/// <summary>
/// Assumptions 2 and 3 taken at their word: a valley <c>v_{k+1} = (I - eta H_k) v_k</c> with any symmetric H_k that are not below
/// a constant H in Loewner order and not above a ceiling, and any coupling of bounded norm. The force is at most
/// <c>sup ||H_RV|| ||v_0|| sum_i s_i(H)</c>, says Theorem 2.
/// </summary>
/// <param name="Spectrum">Eigenvalues of the constant lower bound H.</param>
/// <param name="Ceiling">The largest eigenvalue that an H_k may have.</param>
/// <param name="Eta">Step size.</param>
/// <param name="Coupling">The coupling's law; its norm is one.</param>
public sealed record TimeVaryingValley(double[] Spectrum, double Ceiling, double Eta, CouplingLaw Coupling)
{
    /// <summary>What a run of the valley came to.</summary>
    /// <param name="ForceOverBound">The force's norm over the paper's bound.</param>
    /// <param name="ForceOverSharp">The force's norm over the sharp bound.</param>
    /// <param name="StepGrowth">
    /// The largest <c>||(I - eta H_k) v_k|| / ||(I - eta H) v_k||</c>: at most one if the Loewner order held for vectors, as the
    /// proof has it.
    /// </param>
    public readonly record struct Outcome(double ForceOverBound, double ForceOverSharp, double StepGrowth);

    /// <summary>Runs K steps from a random start of length one.</summary>
    /// <param name="random">What H_k, coupling and start are drawn from.</param>
    /// <param name="riverDimension">Dimension of the river.</param>
    /// <param name="steps">K.</param>
    public Outcome Run(Philox random, int riverDimension, int steps)
    {
        var n = Spectrum.Length;
        var valley = Vectors.Direction(random, n);
        var along = Vectors.Direction(random, riverDimension);
        var force = new double[riverDimension];
        var (next, lower) = (new double[n], new double[n]);
        var room = Ceiling - Spectrum.Max();
        var growth = 0.0;
        for (var k = 0; k < steps; k++)
        {
            Push(random, valley, along, force);

            // H is diagonal; H_k adds a rank-one matrix that may use up the room below the ceiling.
            var direction = Vectors.Direction(random, n);
            var weight = room * random.NextDouble() * Vectors.Dot(direction, valley);
            for (var i = 0; i < n; i++)
            {
                lower[i] = (1 - (Eta * Spectrum[i])) * valley[i];
                next[i] = lower[i] - (Eta * weight * direction[i]);
            }

            growth = Math.Max(growth, Vectors.Norm(next) / Vectors.Norm(lower));
            (valley, next) = (next, valley);
        }

        var size = Vectors.Norm(force);
        return new Outcome(
            size / ForceBound.Trace(Spectrum, Eta, steps), size / ForceBound.Sharp(Spectrum, Eta, steps), growth);
    }

    private void Push(Philox random, double[] valley, double[] along, double[] force)
    {
        if (Coupling == CouplingLaw.Aligned)
        {
            Vectors.Add(force, -Eta * Vectors.Norm(valley), along);
            return;
        }

        var coupling = Matrix.Normal(random, force.Length, valley.Length);
        Vectors.Add(force, -Eta / coupling.SpectralNorm(), coupling.Apply(valley));
    }
}
