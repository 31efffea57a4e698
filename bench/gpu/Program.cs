using Looped.GpuBenchmarks;
using Looped.Kernels.Cuda;

// Runs on the first CUDA device that can be used; leaves gpu.csv and gpu.md in a folder, to which each part adds its rows.
Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}

try
{
    var device = CudaDevice.All().FirstOrDefault(device => device.Problem is null)
        ?? throw new CudaException("no CUDA device can be used");
    Console.WriteLine($"{device.Name}, compute capability {device.Capability}, driver for CUDA {device.DriverVersion}");
    var results = new Results(options.Output, device);
    var isSound = true;
    foreach (var part in options.Parts)
    {
        Console.WriteLine($"== {part}");
        switch (part)
        {
            case "conformance":
                var (rows, failures) = Conformance.Run();
                results.Replace(part, rows);
                isSound &= failures == 0;
                break;
            case "kernels":
                results.Replace(part, new KernelTimes(device, options).Run());
                break;
            default:
                results.Replace(part, new ModelTimes(device, options).Run());
                break;
        }
    }

    Console.WriteLine($"table: {results.Markdown}");
    return isSound ? 0 : 1;
}
catch (CudaException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}
