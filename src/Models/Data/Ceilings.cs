namespace Looped.Models.Data;

/// <summary>
/// What an accuracy is to be judged against: on the very samples and groups it was measured on, the accuracy of the
/// best predictions under the true law, argmax_y P(y | view), ties to the lowest symbol, for three views of the
/// context.
/// </summary>
/// <remarks>
/// On average under the true law a view that shows more is never worse. On a sample it can be, and on a group above
/// all: groups are chosen by the IC of context and target together, so that the high group collects what is improbable.
/// For the same reason a model may pass a ceiling there. Samples drawn with P^alpha have the same argmax for the full
/// context, since the tilt keeps the order of P(context, y) over y; for the other two views theirs may differ.
/// </remarks>
/// <param name="LastToken">Where only the last token is seen.</param>
/// <param name="Bag">Where the last token and the number of each symbol are seen.</param>
/// <param name="Full">Where the whole context is seen.</param>
public sealed record Ceilings(Accuracies LastToken, Accuracies Bag, Accuracies Full)
{
    /// <summary>The ceilings of these contexts and groups.</summary>
    /// <exception cref="ArgumentException">
    /// Contexts and groups are of different sets, or a mixture's contexts make more than 2^20 bags.
    /// </exception>
    public static Ceilings Of(Contexts contexts, InformationGroups groups)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        var accuracy = new GroupAccuracy(contexts, groups);
        return new Ceilings(
            accuracy.Measure(Predictions(contexts, ContextView.LastToken)),
            accuracy.Measure(Predictions(contexts, ContextView.Bag)),
            accuracy.Measure(Predictions(contexts, ContextView.Full)));
    }

    /// <summary>P(y | view) under the true law (rows, S), row-major: as logits, their argmax is the best prediction.</summary>
    /// <exception cref="ArgumentException">For the view of the bag, a mixture's contexts make more than 2^20 bags.</exception>
    public static double[] Predictions(Contexts contexts, ContextView view)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        var law = new ConditionalLaw(contexts.Set.Language, contexts.Set.Length);
        var predictions = new double[contexts.Count * contexts.Symbols];
        for (var row = 0; row < contexts.Count; row++)
        {
            law.Write(view, contexts.Context(row), predictions.AsSpan(row * contexts.Symbols, contexts.Symbols));
        }

        return predictions;
    }
}
