// Householder reduction of a symmetric matrix to tridiagonal form, in panels of columns (Dongarra, Sorensen and Hammarling, Block
// reduction of matrices to condensed forms). Within a panel the matrix stays as it is, and what its reflections would change is
// kept as A - V W' - W V'; behind a panel that is made true by two products. Three launches a column j, k = j - first:
//
//   tridiagonal_reflect    one block: column j up to date, d_j, and the reflection v that clears it below the subdiagonal e_j
//   tridiagonal_multiply   a warp a row: p = A v
//   tridiagonal_finish     one block: w = tau (p - V (W'v) - W (V'v)), less half tau w'v times v
//
// and, with vectors wanted, for the rows z of a matrix of vectors in turn: tridiagonal_restore applies z - tau (v'z) v for all j,
// last to first.
#include "Device/rows.h"

struct TridiagonalArguments
{
    uint64 matrix;      // (n, n)
    uint64 reflections; // (n, n): row j is v of column j, one at j + 1 and zero before
    uint64 products;    // (panel, n): row k is w of column first + k
    uint64 product;     // (n): p
    uint64 diagonal;    // (n)
    uint64 offDiagonal; // (n)
    uint64 factors;     // (n): tau
    uint64 vectors;     // (rows, n)
    uint32 n;
    uint32 column;
    uint32 first;
};

KERNEL(tridiagonal_reflect, 256, TridiagonalArguments)(const TridiagonalArguments arguments)
{
    const uint32 n = arguments.n, j = arguments.column, k = j - arguments.first, thread = threadIndex(), threads = blockSize();
    const double* matrix = (const double*)arguments.matrix;
    const double* panel = (const double*)arguments.reflections + (uint64)arguments.first * n;
    const double* products = (const double*)arguments.products;
    double* v = (double*)arguments.reflections + (uint64)j * n;
    RowGroup group = RowGroup::of(1, (int)threads);
    double squares = 0;
    for (uint32 i = thread; i < n; i += threads)
    {
        double x = 0;
        if (i >= j)
        {
            x = matrix[(uint64)j * n + i];
            for (uint32 p = 0; p < k; p++)
                x -= panel[p * n + i] * products[p * n + j] + products[p * n + i] * panel[p * n + j];
        }

        if (i == j) ((double*)arguments.diagonal)[j] = x;
        v[i] = i > j ? x : 0;
        squares += i > j + 1 ? x * x : 0;
    }

    // What follows reads elements that other threads wrote.
    barrier();
    squares = group.sum(squares);
    const double head = j + 1 < n ? v[j + 1] : 0;
    barrier();
    double tau = 0, scale = 0, corner = head;
    if (squares > 0)
    {
        corner = squareRoot(head * head + squares);
        corner = head > 0 ? -corner : corner;
        tau = (corner - head) / corner;
        scale = 1 / (head - corner);
    }

    for (uint32 i = j + 1 + thread; i < n; i += threads) v[i] = i == j + 1 ? 1 : scale * v[i];
    if (thread == 0)
    {
        ((double*)arguments.offDiagonal)[j] = corner;
        ((double*)arguments.factors)[j] = tau;
    }
}

KERNEL(tridiagonal_multiply, 256, TridiagonalArguments)(const TridiagonalArguments arguments)
{
    const uint32 n = arguments.n, j = arguments.column;
    RowGroup group = RowGroup::of(n - j - 1, 32);
    const uint32 row = j + 1 + group.row;
    const double* matrix = (const double*)arguments.matrix + (uint64)row * n;
    const double* v = (const double*)arguments.reflections + (uint64)j * n;
    double total = 0;
    for (uint32 i = j + 1 + (uint32)group.lane; i < n; i += 32) total += matrix[i] * v[i];
    total = group.sum(total);
    if (group.isThere && group.lane == 0) ((double*)arguments.product)[row] = total;
}

KERNEL(tridiagonal_finish, 256, TridiagonalArguments)(const TridiagonalArguments arguments)
{
    const uint32 n = arguments.n, j = arguments.column, k = j - arguments.first, thread = threadIndex(), threads = blockSize();
    const double* panel = (const double*)arguments.reflections + (uint64)arguments.first * n;
    const double* products = (const double*)arguments.products;
    const double* p = (const double*)arguments.product;
    const double* v = (const double*)arguments.reflections + (uint64)j * n;
    double* w = (double*)arguments.products + (uint64)k * n;
    const double tau = ((const double*)arguments.factors)[j];
    RowGroup group = RowGroup::of(1, (int)threads);

    // Behind the room for sums: V'v and W'v, a warp a row of either.
    double* shares = sharedMemory<double>() + 16;
    for (uint32 row = thread / 32; row < 2 * k; row += threads / 32)
    {
        const double* other = row < k ? panel + row * n : products + (row - k) * n;
        double total = 0;
        for (uint32 i = j + 1 + thread % 32; i < n; i += 32) total += other[i] * v[i];
        for (int distance = 16; distance > 0; distance /= 2) total += shuffleXor(total, distance);
        if (thread % 32 == 0) shares[row] = total;
    }

    barrier();
    double inner = 0;
    for (uint32 i = thread; i < n; i += threads)
    {
        double x = 0;
        if (i > j)
        {
            x = p[i];
            for (uint32 q = 0; q < k; q++) x -= panel[q * n + i] * shares[k + q] + products[q * n + i] * shares[q];
            x *= tau;
            inner += x * v[i];
        }

        w[i] = x;
    }

    inner = group.sum(inner);
    for (uint32 i = j + 1 + thread; i < n; i += threads) w[i] -= 0.5 * tau * inner * v[i];
}

KERNEL(tridiagonal_restore, 256, TridiagonalArguments)(const TridiagonalArguments arguments)
{
    const uint32 n = arguments.n, thread = threadIndex(), threads = blockSize();
    double* z = (double*)arguments.vectors + (uint64)blockIndex() * n;
    RowGroup group = RowGroup::of(gridSize(), (int)threads);
    for (int j = (int)n - 2; j >= 0; j--)
    {
        const double* v = (const double*)arguments.reflections + (uint64)j * n;
        double total = 0;
        for (uint32 i = thread; i < n; i += threads) total += v[i] * z[i];
        total = group.sum(total) * ((const double*)arguments.factors)[j];
        for (uint32 i = thread; i < n; i += threads) z[i] -= total * v[i];
    }
}
