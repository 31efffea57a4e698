namespace Looped.Kernels.Cpu;

/// <summary>The pieces of one call, shared by the threads of a team.</summary>
internal sealed class SharedKernel(CpuKernel[] pieces, WorkerTeam team) : CpuKernel, IParallelWork
{
    public override void Run(int worker) => team.Run(this, pieces.Length);

    void IParallelWork.Run(int item, int worker) => pieces[item].Run(worker);

    public override void Dispose()
    {
        foreach (var piece in pieces)
        {
            piece.Dispose();
        }
    }
}
