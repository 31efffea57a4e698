#!/usr/bin/env bash
# Compiles the kernels to PTX: build-ptx.sh [FOLDER] leaves FOLDER/sm_75/*.ptx and FOLDER/sm_80/*.ptx (this folder's Ptx
# unless given). Needs clang++-19 and nothing of the CUDA toolkit. Comments are left out, so that what is committed changes
# only with the code.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:-Ptx}
compile() {
  mkdir -p "$target/$1"
  for source in *.cu; do
    clang++-19 -x cuda --cuda-device-only --cuda-gpu-arch="$1" --cuda-feature=+"$2" -nocudainc -nocudalib -nostdinc \
      -S -O3 -std=c++17 -Wall -Wextra -Werror -fno-exceptions -fno-rtti "$source" -o - |
      sed -E 's@[[:space:]]*//.*$@@; /^[[:space:]]*$/d' > "$target/$1/${source%.cu}.ptx"
  done
}
compile sm_75 ptx63 & first=$!
compile sm_80 ptx70
wait "$first"
clang++-19 --version | head -1 > "$target/compiler.txt"
