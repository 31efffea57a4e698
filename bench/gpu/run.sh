#!/usr/bin/env bash
# Measures this machine's first CUDA device: conformance of all kernels, then their times against PyTorch, then models.
#
#   bench/gpu/run.sh [--part conformance|kernels|models] [--python python3] [--out gpu-results] [--small]
#
# Each part takes at most 8 minutes and adds its rows to OUT/gpu.csv and OUT/gpu.md. Needs the NVIDIA driver, and either the
# .NET SDK or the archive that pack.sh makes, unpacked: then the program lies beside this script. PyTorch is optional.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export LOOPED_CUDA_DRIVER=${LOOPED_CUDA_DRIVER:-libcuda.so.1} DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if [ -x "$here/looped-gpu" ]; then
  program=("$here/looped-gpu")
else
  built=${TMPDIR:-/tmp}/looped-gpu-$(id -u)
  dotnet build -c Release "$here/GpuBenchmarks.csproj" -o "$built" -v quiet
  program=(dotnet exec "$built/looped-gpu.dll")
fi
given=0
for argument in "$@"; do [ "$argument" = --part ] && given=1; done
limit=480
if [ "$given" = 1 ]; then
  timeout "$limit" "${program[@]}" "$@"
else
  status=0
  for part in conformance kernels models; do
    timeout "$limit" "${program[@]}" --part "$part" "$@" || status=$?
  done
  exit "$status"
fi
