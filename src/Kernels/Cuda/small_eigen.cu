// Eigenvalues, ascending, and eigenvectors of many small symmetric matrices, by Jacobi's method in shared memory.
//
// A block a matrix. A sweep meets every pair of indices once, in rounds of disjoint pairs as in a tournament; the rotations of a
// round are found by a thread each and applied to rows, then to columns and vectors, by all. Sweeps end when the elements off the
// diagonal are negligible beside the matrix (Golub and Van Loan, Matrix computations, 8.5).
#include "Device/rows.h"

struct SmallEigenArguments
{
    uint64 matrices; // (batch, n, n)
    uint64 values;   // (batch, n)
    uint64 vectors;  // (batch, n, n), row j of value j; zero where none are wanted
    uint32 n;
};

constexpr uint32 MostSweeps = 30;

KERNEL(small_eigen_f64, 128, SmallEigenArguments)(const SmallEigenArguments arguments)
{
    const uint32 n = arguments.n, players = n + n % 2, pairs = players / 2, stride = n + 1;
    const uint32 thread = threadIndex(), threads = blockSize();
    double* a = sharedMemory<double>() + 16; // behind what sums of the block need
    double* v = a + n * stride;
    double* cosines = v + n * stride;
    double* sines = cosines + pairs;
    int* firsts = (int*)(sines + pairs);
    int* seconds = firsts + pairs;
    const double* matrix = (const double*)arguments.matrices + (uint64)blockIndex() * n * n;
    for (uint32 i = thread; i < n * n; i += threads)
    {
        uint32 row = i / n, column = i % n;
        a[row * stride + column] = 0.5 * (matrix[i] + matrix[column * n + row]);
        v[row * stride + column] = row == column ? 1 : 0;
    }

    RowGroup group = RowGroup::of(gridSize(), (int)threads);
    for (uint32 sweep = 0; sweep < MostSweeps; sweep++)
    {
        barrier();
        double off = 0, all = 0;
        for (uint32 i = thread; i < n * n; i += threads)
        {
            double x = a[i / n * stride + i % n], square = x * x;
            all += square;
            off += i / n == i % n ? 0 : square;
        }

        off = group.sum(off);
        all = group.sum(all);
        if (!(off > 1e-32 * all)) break;
        for (uint32 round = 0; round + 1 < players; round++)
        {
            // The last player stays, the others go round.
            for (uint32 pair = thread; pair < pairs; pair += threads)
            {
                uint32 p = pair == 0 ? players - 1 : (round + pair) % (players - 1);
                uint32 q = (round + players - 1 - pair) % (players - 1);
                if (p > q)
                {
                    uint32 other = p;
                    p = q;
                    q = other;
                }

                double c = 1, s = 0;
                if (q < n && a[p * stride + q] != 0)
                {
                    double x = a[p * stride + q], tau = (a[q * stride + q] - a[p * stride + p]) / (2 * x);
                    double t = (tau >= 0 ? 1 : -1) / (__builtin_fabs(tau) + squareRoot(1 + tau * tau));
                    c = 1 / squareRoot(1 + t * t);
                    s = t * c;
                }

                cosines[pair] = c;
                sines[pair] = s;
                firsts[pair] = (int)p;
                seconds[pair] = q < n ? (int)q : (int)p;
            }

            barrier();
            for (uint32 i = thread; i < pairs * n; i += threads)
            {
                uint32 pair = i / n, column = i % n;
                int p = firsts[pair], q = seconds[pair];
                if (p == q) continue;
                double c = cosines[pair], s = sines[pair];
                double x = a[p * stride + column], y = a[q * stride + column];
                a[p * stride + column] = c * x - s * y;
                a[q * stride + column] = s * x + c * y;
            }

            barrier();
            for (uint32 i = thread; i < pairs * n; i += threads)
            {
                uint32 pair = i / n, row = i % n;
                int p = firsts[pair], q = seconds[pair];
                if (p == q) continue;
                double c = cosines[pair], s = sines[pair];
                double x = a[row * stride + p], y = a[row * stride + q];
                a[row * stride + p] = c * x - s * y;
                a[row * stride + q] = s * x + c * y;
                x = v[row * stride + p];
                y = v[row * stride + q];
                v[row * stride + p] = c * x - s * y;
                v[row * stride + q] = s * x + c * y;
            }

            barrier();
        }
    }

    barrier();
    for (uint32 j = thread; j < n; j += threads)
    {
        double value = a[j * stride + j];
        uint32 rank = 0;
        for (uint32 i = 0; i < n; i++)
        {
            double other = a[i * stride + i];
            rank += other < value || (other == value && i < j) ? 1 : 0;
        }

        ((double*)arguments.values)[(uint64)blockIndex() * n + rank] = value;
        if (arguments.vectors == 0) continue;
        double* vector = (double*)arguments.vectors + ((uint64)blockIndex() * n + rank) * n;
        for (uint32 i = 0; i < n; i++) vector[i] = v[i * stride + j];
    }
}
