using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Jacobians of softmax and normalisation along one axis times tangents. Both are of one form: with a row's weights w,
/// <c>f_i (t_i - a - w_i b)</c>, a and b being sums over the row. For softmax the weights are the row itself, <c>f = w</c>,
/// <c>a = sum w t</c> and <c>b = 0</c>; for normalisation they are the normalised row, f is its scale, <c>a = mean t</c>
/// (zero where it is not centered) and <c>b = mean w t</c>. Vectors run over the directions, or along the row where there
/// are none.
/// </summary>
internal sealed unsafe class RowJacobianKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _row;
    private readonly T* _tangent;
    private readonly T* _output;
    private readonly Odometer _rows;
    private readonly int _count;
    private readonly int _directions;
    private readonly (long Row, long Tangent, long Output) _step;
    private readonly (long Tangent, long Output) _directionStep;
    private readonly NormalizeJacobianProductCall? _normalization;
    private readonly Scratch _scratch;

    public RowJacobianKernel(SoftmaxJacobianProductCall call, HostMemory arena, Scratch scratch)
        : this(call.Softmax, call.Tangent, call.Axis, call.Output, arena, scratch)
    {
    }

    public RowJacobianKernel(NormalizeJacobianProductCall call, HostMemory arena, Scratch scratch)
        : this(call.Input, call.Tangent, call.Axis, call.Output, arena, scratch) => _normalization = call;

    private RowJacobianKernel(
        Operand row, Operand tangent, int axis, Operand output, HostMemory arena, Scratch scratch)
    {
        _row = (T*)(arena.Pointer + row.Offset);
        _tangent = (T*)(arena.Pointer + tangent.Offset);
        _output = (T*)(arena.Pointer + output.Offset);
        var rank = row.Shape.Rank;
        _count = row.Shape[axis];
        _step = (row.Strides[axis], tangent.Strides[axis], output.Strides[axis]);
        (_directions, _directionStep) = tangent.Shape.Rank > rank
            ? (tangent.Shape[rank], (tangent.Strides[rank], output.Strides[rank]))
            : (1, (1, 1));
        var extents = row.Shape.Select(extent => (long)extent).ToArray();
        extents[axis] = Math.Min(1, _count);
        var nest = LoopNest.Over(
            extents, row.Strides.ToArray(), tangent.Strides[..rank].ToArray(), output.Strides[..rank].ToArray());
        _rows = new Odometer(nest.Extents, nest.Strides);
        _scratch = scratch;
        scratch.Reserve((_count + S.Width) * (long)sizeof(T));
    }

    public override void Run(int worker)
    {
        var weights = (T*)_scratch.Pointer(worker);
        _rows.Reset();
        for (var i = 0L; i < _rows.Count; i++, _rows.Next())
        {
            var scale = Weigh(_row + _rows.Offsets[0], weights);
            var tangent = _tangent + _rows.Offsets[1];
            var output = _output + _rows.Offsets[2];
            if (_directions == 1 && _step is { Tangent: 1, Output: 1 })
            {
                Along(weights, scale, tangent, output);
                continue;
            }

            var k = 0;
            if (_directionStep is (1, 1))
            {
                for (; k <= _directions - (2 * S.Width); k += 2 * S.Width)
                {
                    Across(weights, scale, tangent + k, output + k);
                }
            }

            for (; k < _directions; k++)
            {
                One(weights, scale, tangent + (k * _directionStep.Tangent), output + (k * _directionStep.Output));
            }
        }
    }

    /// <summary>Leaves a row's weights in scratch memory; the result is the scale of a normalisation.</summary>
    private T Weigh(T* row, T* weights)
    {
        HeadTiles<T, V, S>.Copy(row, 0, _step.Row, weights, 0, 1, rows: 1, _count);
        if (_normalization is not { } call)
        {
            return T.One;
        }

        var set = new RowSet<T>
        {
            Input = weights,
            InputStep = S.Width,
            Vectors = _count / S.Width,
            Tail = _count % S.Width,
            Rows = 1,
            IsAlong = true,
        };
        var count = S.Broadcast(T.CreateTruncating(_count));
        var mean = call.Centered ? S.Divide(RowSums<T, V, S>.Total(in set), count) : S.Number(0);
        var variance = S.Divide(RowSums<T, V, S>.SquaredDistance(in set, mean), count);
        var scale = S.Divide(S.Number(1), S.Sqrt(S.Add(variance, S.Broadcast(T.CreateTruncating(call.Epsilon)))));

        // Scratch memory is whole vectors: what lies behind the row there is nobody's.
        for (var j = 0; j < _count; j += S.Width)
        {
            S.Store(S.Multiply(scale, S.Subtract(S.Load(weights + j), mean)), weights + j);
        }

        T first;
        S.Store(scale, &first, S.First(1));
        return first;
    }

    /// <summary>The two sums that all elements of a row share, from those of t and of w t.</summary>
    private (T A, T B) Shared(T sum, T weighted)
    {
        if (_normalization is null)
        {
            return (weighted, T.Zero);
        }

        var count = T.CreateTruncating(_count);
        return (_normalization.Centered ? sum / count : T.Zero, weighted / count);
    }

    /// <summary>One direction whose elements lie side by side.</summary>
    private void Along(T* weights, T scale, T* tangent, T* output)
    {
        var (sums, products) = (S.Broadcast(T.Zero), S.Broadcast(T.Zero));
        var j = 0;
        for (; j <= _count - S.Width; j += S.Width)
        {
            var t = S.Load(tangent + j);
            sums = S.Add(sums, t);
            products = S.MultiplyAdd(S.Load(weights + j), t, products);
        }

        var (sum, product) = (S.Sum(sums), S.Sum(products));
        for (; j < _count; j++)
        {
            sum += tangent[j];
            product = T.FusedMultiplyAdd(weights[j], tangent[j], product);
        }

        var (a, b) = Shared(sum, product);
        var (scales, shifts, slopes) = (S.Broadcast(scale), S.Broadcast(a), S.Broadcast(-b));
        for (j = 0; j <= _count - S.Width; j += S.Width)
        {
            var w = S.Load(weights + j);
            var change = S.MultiplyAdd(slopes, w, S.Subtract(S.Load(tangent + j), shifts));
            S.Store(S.Multiply(_normalization is null ? w : scales, change), output + j);
        }

        for (; j < _count; j++)
        {
            output[j] = Element(weights[j], scale, tangent[j], a, b);
        }
    }

    /// <summary>Two vectors of directions.</summary>
    private void Across(T* weights, T scale, T* tangent, T* output)
    {
        var (sum0, sum1) = (S.Broadcast(T.Zero), S.Broadcast(T.Zero));
        var (product0, product1) = (sum0, sum1);
        for (var j = 0; j < _count; j++)
        {
            var w = S.Broadcast(weights[j]);
            var source = tangent + (j * _step.Tangent);
            var (t0, t1) = (S.Load(source), S.Load(source + S.Width));
            sum0 = S.Add(sum0, t0);
            sum1 = S.Add(sum1, t1);
            product0 = S.MultiplyAdd(w, t0, product0);
            product1 = S.MultiplyAdd(w, t1, product1);
        }

        var (a0, b0) = Shared(sum0, product0);
        var (a1, b1) = Shared(sum1, product1);
        var scales = S.Broadcast(scale);
        for (var j = 0; j < _count; j++)
        {
            var w = S.Broadcast(weights[j]);
            var factor = _normalization is null ? w : scales;
            var source = tangent + (j * _step.Tangent);
            var target = output + (j * _step.Output);
            var t0 = S.Subtract(S.Load(source), a0);
            var t1 = S.Subtract(S.Load(source + S.Width), a1);
            S.Store(S.Multiply(factor, S.Subtract(t0, S.Multiply(b0, w))), target);
            S.Store(S.Multiply(factor, S.Subtract(t1, S.Multiply(b1, w))), target + S.Width);
        }
    }

    private (V A, V B) Shared(V sum, V weighted)
    {
        if (_normalization is null)
        {
            return (weighted, S.Broadcast(T.Zero));
        }

        var count = S.Broadcast(T.CreateTruncating(_count));
        return (_normalization.Centered ? S.Divide(sum, count) : S.Broadcast(T.Zero), S.Divide(weighted, count));
    }

    /// <summary>One direction that lies anyhow.</summary>
    private void One(T* weights, T scale, T* tangent, T* output)
    {
        var (sum, product) = (T.Zero, T.Zero);
        for (var j = 0; j < _count; j++)
        {
            sum += tangent[j * _step.Tangent];
            product = T.FusedMultiplyAdd(weights[j], tangent[j * _step.Tangent], product);
        }

        var (a, b) = Shared(sum, product);
        for (var j = 0; j < _count; j++)
        {
            output[j * _step.Output] = Element(weights[j], scale, tangent[j * _step.Tangent], a, b);
        }
    }

    private T Element(T weight, T scale, T tangent, T a, T b) =>
        (_normalization is null ? weight : scale) * (tangent - a - (weight * b));
}
