namespace Looped.Models.Training;

/// <summary>
/// The SHIFT Criterion with Patience (SCP) of Gong, Teng and Liu. First a plateau: the first epoch e at which the best
/// validation loss so far has fallen by at most <c>delta1</c> over the last <c>W</c> epochs,
/// <c>min(v_0 .. v_{e-W}) - min(v_0 .. v_e) &lt;= delta1</c>. From there on it waits for the gradient to settle: until
/// standard deviation over mean of the gradient's norm in the last <c>W</c> epochs, e among them, is below <c>delta2</c>.
/// The shift is at plateau plus wait. The paper gives the form and no constants.
/// </summary>
/// <param name="Fall">delta1, in nats; not negative.</param>
/// <param name="Window">W, at least 2.</param>
/// <param name="Unrest">delta2, positive.</param>
public sealed record ShiftCriterion(double Fall = 1e-4, int Window = 10, double Unrest = 0.1) : ShiftRule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public override ShiftWatch Watch()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Fall);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Unrest);
        return new Patience(this);
    }

    private sealed class Patience(ShiftCriterion criterion) : ShiftWatch
    {
        // The best losses at the last W epochs and the present one; the norms at the last W, the present one among them.
        private readonly Queue<double> _best = new();
        private readonly Queue<double> _norms = new();
        private double _lowest = double.PositiveInfinity;

        public override void Observe(int epoch, double validationLoss, double gradientNorm)
        {
            _lowest = Math.Min(_lowest, validationLoss);
            Keep(_best, _lowest, criterion.Window + 1);
            Keep(_norms, gradientNorm, criterion.Window);
            if (_best.Count > criterion.Window && _best.Peek() - _lowest <= criterion.Fall)
            {
                Plateau ??= epoch;
            }

            if (Plateau is not null && RelativeDeviation() < criterion.Unrest)
            {
                Shift ??= epoch;
            }
        }

        private static void Keep(Queue<double> queue, double number, int count)
        {
            queue.Enqueue(number);
            if (queue.Count > count)
            {
                queue.Dequeue();
            }
        }

        private double RelativeDeviation()
        {
            var mean = _norms.Average();
            return Math.Sqrt(_norms.Average(norm => (norm - mean) * (norm - mean))) / mean;
        }
    }
}
