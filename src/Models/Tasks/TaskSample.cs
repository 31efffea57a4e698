namespace Looped.Models.Tasks;

/// <summary>One question of a task.</summary>
/// <param name="Length">The greatest length of its operands.</param>
/// <param name="Prompt">What the model reads, the last separator included.</param>
/// <param name="Answer">What it is to give from the last separator's position on, without end symbols.</param>
/// <param name="Loops">T: the loop at which training reads its answer.</param>
public sealed record TaskSample(int Length, IReadOnlyList<int> Prompt, IReadOnlyList<int> Answer, int Loops);
