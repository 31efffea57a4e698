#!/usr/bin/env bash
# Builds the emulated driver: build.sh [-s] FOLDER [SOURCES] leaves FOLDER/libcuda-emulation.so, with the address and
# undefined-behaviour sanitizers where -s is given. Objects that lie in the folder already are kept. SOURCES is the folder of the .cu files, this one's parent unless given.
set -euo pipefail
sanitize=()
optimize=(-O2)
if [ "$1" = -s ]; then
  sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g)
  optimize=(-O1)
  shift
fi
target=$1
sources=${2:-$(cd "$(dirname "$0")/.." && pwd)}
mkdir -p "$target"
flags=(-std=c++17 "${optimize[@]}" -march=native -fPIC -fvisibility=hidden -Wall -Wextra -Wno-unknown-pragmas "${sanitize[@]}")
compile() {
  local object=$target/$(basename "$1").o
  if [ ! -s "$object" ]; then
    g++ "${flags[@]}" -x c++ -c "$1" -o "$object.new"
    mv "$object.new" "$object"
  fi
}
running=()
for source in "$sources"/*.cu "$sources"/Emulation/*.cpp; do
  compile "$source" & running+=($!)
  if [ ${#running[@]} -ge "$(nproc)" ]; then
    wait "${running[0]}"
    running=("${running[@]:1}")
  fi
done
for process in "${running[@]}"; do wait "$process"; done
g++ "${sanitize[@]}" -shared "$target"/*.o -o "$target/libcuda-emulation.so.new"
mv "$target/libcuda-emulation.so.new" "$target/libcuda-emulation.so"
