using Looped.Models.Recurrent;

namespace Looped.Studies.Curvature;

/// <summary>
/// Measures the curvature of a run while it trains: what checkpoints of the same steps would give, without checkpoints. A step
/// that is measured is not measured again by a run that goes on.
/// </summary>
/// <param name="folder">Where measurements go.</param>
public sealed class CurvatureObserver(CurvatureFolder folder) : IDisposable
{
    private readonly CurvatureMeasurement _measurement = new(folder.Settings);

    /// <summary>Measures a state.</summary>
    /// <exception cref="Settings.SettingException">It does not fit the memory.</exception>
    /// <exception cref="InvalidDataException">The Hessian is zero or not finite.</exception>
    public void Show(DecoderCheckpoint state)
    {
        if (!folder.Has(state.State.Step))
        {
            folder.Add(_measurement.Of(state, folder.Settings.Length!.Value));
        }
    }

    /// <summary>Writes report and ledger beside the measurements, where there are any.</summary>
    public void Report()
    {
        if (folder.Records.Count > 0)
        {
            CurvatureStudy.Write([folder], folder.Path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _measurement.Dispose();
}
