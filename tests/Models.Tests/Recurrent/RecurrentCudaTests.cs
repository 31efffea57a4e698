using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Kernels.Cuda;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;

namespace Looped.Models.Tests.Recurrent;

/// <summary>Training on the emulated CUDA device against the processor.</summary>
public class RecurrentCudaTests
{
    [EmulatedCudaFact]
    public void Steps_with_clipping_decay_and_running_mean_give_the_same_weights()
    {
        var batch = RecurrentCase.Batch(new Parity(), 3, 3);
        var expected = Train(new CpuBackend());
        for (var order = 0; order < 4; order++)
        {
            EmulatedCuda.SetOrder(order);
            var actual = Train(new CudaBackend(CudaDevice.All()[0]));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }

        double[] Train(IBackend backend)
        {
            var state = RecurrentCase.State(3, average: true);
            using var step = new TrainingStep<double>(
                RecurrentCase.Settings(3), batch.Count, batch.RowLength, new UpdateRule(0.1, 0.5, 0.9), backend);
            step.Load(state);
            double[] numbers = [.. Enumerable.Range(1, 3).Select(t => step.Run(batch, 1e-2, t).Loss)];
            step.Store(state);
            return [.. numbers, .. state.Weights.SelectMany(array => array), .. state.Average!.SelectMany(array => array)];
        }
    }
}
