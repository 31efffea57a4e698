#!/usr/bin/env bash
# Packs the GPU benchmarks with all they need but the NVIDIA driver: pack.sh [FOLDER] leaves FOLDER/looped-gpu.tar.xz, which
# holds a folder looped-gpu with run.sh in it. Neither .NET nor a network is needed where it is unpacked.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-.}
most=$((30 * 1024 * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish -c Release -r linux-x64 --self-contained true -p:PublishSingleFile=true -p:PublishTrimmed=true \
  -p:TrimMode=partial -p:SuppressTrimAnalysisWarnings=true -p:DebugType=none \
  -v quiet "$here/GpuBenchmarks.csproj" -o "$work/looped-gpu"
rm -f "$work"/looped-gpu/*.xml
cp "$here/run.sh" "$here/peer.py" "$work/looped-gpu"
mkdir -p "$target"
tar -C "$work" -cJf "$target/looped-gpu.tar.xz" looped-gpu
bytes=$(stat -c %s "$target/looped-gpu.tar.xz")
echo "$target/looped-gpu.tar.xz: $bytes bytes"
if [ "$bytes" -gt "$most" ]; then
  echo "the archive is larger than $most bytes" >&2
  exit 1
fi
