using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Studies.Toy;

/// <summary>What both models are trained on and judged by: language, samples, embedding, groups and ceilings.</summary>
public sealed class ToyWorld
{
    /// <summary>Tokens of a training sequence: three are seen, the fourth is predicted.</summary>
    public const int SequenceLength = 4;

    /// <summary>Draws the world of some settings.</summary>
    public ToyWorld(ToySettings settings)
    {
        Language = new MarkovLanguage(settings.Seed, settings.Dynamics, settings.Concentration);
        Samples = SequenceSet.Draw(
            Language, SequenceLength, settings.Samples, settings.Alpha, new Philox(settings.Seed, "samples"));
        Contexts = Contexts.Distinct(Samples);
        Groups = new InformationGroups(Samples);
        Ceilings = Ceilings.Of(Contexts, Groups);
        Embedding = ToyEmbedding.Random(
            settings.Seed, Language.Symbols, settings.Width, settings.Positions ? SequenceLength - 1 : 0);
    }

    /// <summary>The language.</summary>
    public MarkovLanguage Language { get; }

    /// <summary>The training samples.</summary>
    public SequenceSet Samples { get; }

    /// <summary>The distinct contexts of the samples, with counts of their targets.</summary>
    public Contexts Contexts { get; }

    /// <summary>The samples of low and of high information content.</summary>
    public InformationGroups Groups { get; }

    /// <summary>What can be attained on the samples and on each group.</summary>
    public Ceilings Ceilings { get; }

    /// <summary>The fixed embedding.</summary>
    public ToyEmbedding Embedding { get; }
}
