using System.Numerics;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>
/// The imputation's equations on one grid: a diagonal, and a symmetric weight between neighbouring cells, 0 where a cell is no
/// unknown. A frame of such cells around the grid spares every test for an edge.
/// </summary>
sealed class ImputationMatrix
{
    /// <summary>The weight of a neighbour beside a pixel; the two weights are the method's 1/6 and 1/12, times 12.</summary>
    public const float Beside = 2;

    /// <summary>The weight of a neighbour across a corner.</summary>
    public const float Across = 1;

    readonly MapSize _size;
    readonly float[] _diagonal;
    readonly float[] _inverse;
    readonly float[] _right;
    readonly float[] _below;
    readonly float[] _belowRight;
    readonly float[] _belowLeft;

    public ImputationMatrix(MapSize size)
    {
        _size = size;
        Stride = size.Width + 2;
        Cells = checked(Stride * (size.Height + 2));
        _diagonal = new float[Cells];
        _inverse = new float[Cells];
        _right = new float[Cells];
        _below = new float[Cells];
        _belowRight = new float[Cells];
        _belowLeft = new float[Cells];
    }

    public int Cells { get; }

    /// <summary>Cells from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>One over the diagonal; 0 for a cell that is no unknown.</summary>
    public ReadOnlySpan<float> Inverse => _inverse;

    public int Cell(int x, int y) => (y + 1) * Stride + x + 1;

    /// <summary>The finest grid: the removed pixels' equations.</summary>
    public void Build(ReadOnlySpan<bool> stays)
    {
        for (var y = 0; y < _size.Height; y++)
        {
            var (notLast, rows) = (y + 1 < _size.Height, Neighbours(y, _size.Height));
            for (var x = 0; x < _size.Width; x++)
            {
                var (pixel, cell, columns) = (y * _size.Width + x, Cell(x, y), Neighbours(x, _size.Width));
                var removed = !stays[pixel];
                _diagonal[cell] = removed ? Beside * (columns + rows) + Across * columns * rows : 0;
                var right = x + 1 < _size.Width;
                _right[cell] = removed && right && !stays[pixel + 1] ? Beside : 0;
                _below[cell] = removed && notLast && !stays[pixel + _size.Width] ? Beside : 0;
                _belowRight[cell] = removed && notLast && right && !stays[pixel + _size.Width + 1] ? Across : 0;
                _belowLeft[cell] = removed && notLast && x > 0 && !stays[pixel + _size.Width - 1] ? Across : 0;
            }
        }

        Invert();
    }

    /// <summary>A coarser grid, each cell of it up to four of the finer one's that move together (Galerkin's condition).</summary>
    public void Coarsen(ImputationMatrix finer)
    {
        foreach (var weights in (ReadOnlySpan<float[]>)[_diagonal, _right, _below, _belowRight, _belowLeft])
            Array.Clear(weights);
        for (var y = 0; y < finer._size.Height; y++)
        {
            for (var x = 0; x < finer._size.Width; x++)
            {
                var (from, to) = (finer.Cell(x, y), Cell(x / 2, y / 2));
                var (oddX, oddY) = ((x & 1) == 1, (y & 1) == 1);
                _diagonal[to] += finer._diagonal[from];
                Add(finer._right[from], oddX ? _right : null, to);
                Add(finer._below[from], oddY ? _below : null, to);
                Add(finer._belowRight[from], oddX ? oddY ? _belowRight : _right : oddY ? _below : null, to);
                Add(finer._belowLeft[from], oddX ? oddY ? _below : null : oddY ? _belowLeft : _right, oddX || oddY ? to : to - 1);
            }
        }

        Invert();
    }

    /// <summary>product = matrix · values.</summary>
    public void Multiply(float[] values, float[] product)
    {
        var i = Stride + 1;
        var end = Cells - Stride - 1;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum = At(_right, i) * At(values, i + 1) + At(_right, i - 1) * At(values, i - 1);
            sum += At(_below, i) * At(values, i + Stride) + At(_below, i - Stride) * At(values, i - Stride);
            sum += At(_belowRight, i) * At(values, i + Stride + 1) + At(_belowRight, i - Stride - 1) * At(values, i - Stride - 1);
            sum += At(_belowLeft, i) * At(values, i + Stride - 1) + At(_belowLeft, i - Stride + 1) * At(values, i - Stride + 1);
            (At(_diagonal, i) * At(values, i) - sum).CopyTo(product, i);
        }

        for (; i < end; i++)
        {
            var sum = _right[i] * values[i + 1] + _right[i - 1] * values[i - 1]
                + _below[i] * values[i + Stride] + _below[i - Stride] * values[i - Stride]
                + _belowRight[i] * values[i + Stride + 1] + _belowRight[i - Stride - 1] * values[i - Stride - 1]
                + _belowLeft[i] * values[i + Stride - 1] + _belowLeft[i - Stride + 1] * values[i - Stride + 1];
            product[i] = _diagonal[i] * values[i] - sum;
        }
    }

    static Vector<float> At(float[] values, int index) => new(values, index);

    static int Neighbours(int at, int length) => (at > 0 ? 1 : 0) + (at + 1 < length ? 1 : 0);

    void Add(float weight, float[]? neighbour, int cell)
    {
        if (neighbour is null)
            _diagonal[cell] -= 2 * weight;
        else
            neighbour[cell] += weight;
    }

    void Invert()
    {
        for (var i = 0; i < Cells; i++)
            _inverse[i] = _diagonal[i] > 0 ? 1 / _diagonal[i] : 0;
    }
}
