using System.Numerics;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>
/// Solves for the removed pixels of a plane, each of them the weighted mean of its eight neighbours: a symmetric positive
/// definite system, by conjugate gradients with one multigrid cycle as the preconditioner, so that the number of steps hardly
/// grows with the image. Holds work buffers: one thread at a time.
/// </summary>
sealed class LinearImputation
{
    const double Tolerance = 1e-5;
    const int MostSteps = 200;

    readonly ImputationLevel[] _levels;
    readonly float[] _solution;
    readonly float[] _direction;
    readonly float[] _product;

    public LinearImputation(MapSize size)
    {
        var levels = new List<ImputationLevel> { new(size) };
        while (size.Pixels > 1)
        {
            size = new MapSize((size.Width + 1) / 2, (size.Height + 1) / 2);
            levels.Add(new ImputationLevel(size));
        }

        _levels = [.. levels];
        _solution = new float[Finest.Matrix.Cells];
        _direction = new float[Finest.Matrix.Cells];
        _product = new float[Finest.Matrix.Cells];
    }

    /// <summary>How many steps the last solution took.</summary>
    public int Steps { get; private set; }

    ImputationLevel Finest => _levels[0];

    /// <summary>Builds the system of one mask on every level.</summary>
    public void Begin(ReadOnlySpan<bool> stays)
    {
        Finest.Matrix.Build(stays);
        for (var level = 1; level < _levels.Length; level++)
            _levels[level].Matrix.Coarsen(_levels[level - 1].Matrix);
    }

    /// <summary>Fills the removed pixels; at least one stays.</summary>
    public void Solve(ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        Finest.SetKnown(plane, stays, _product);
        Array.Clear(_solution);
        Array.Clear(_direction);
        var residual = Finest.Residual;
        double first = 0, before = 1;
        for (Steps = 0; Steps < MostSteps; Steps++)
        {
            Cycle(0);
            var now = Dot(residual, Finest.Correction);
            if (Steps == 0)
                first = now;
            if (now <= first * Tolerance * Tolerance)
                break;
            ScaleAndAdd(_direction, Steps == 0 ? 0 : (float)(now / before), Finest.Correction);
            Finest.Matrix.Multiply(_direction, _product);
            var step = (float)(now / Dot(_direction, _product));
            AddScaled(_direction, step, _solution);
            AddScaled(_product, -step, residual);
            before = now;
        }

        Finest.Read(_solution, plane, stays, filled);
    }

    /// <summary>Corrects the level's residual: smooth, correct on the coarser level, smooth again. Symmetric, as conjugate gradients need it.</summary>
    void Cycle(int index)
    {
        var level = _levels[index];
        level.BeginCorrection();
        if (index + 1 == _levels.Length)
            return;
        var coarser = _levels[index + 1];
        level.Restrict(coarser);
        Cycle(index + 1);
        level.Prolong(coarser);
        level.Smooth();
    }

    static double Dot(float[] left, float[] right)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(left, i) * new Vector<float>(right, i), out var lower, out var upper);
            sum += lower + upper;
        }

        var total = Vector.Sum(sum);
        for (; i < left.Length; i++)
            total += left[i] * right[i];
        return total;
    }

    static void AddScaled(float[] source, float scale, float[] target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target, i) + new Vector<float>(source, i) * scale).CopyTo(target, i);
        for (; i < target.Length; i++)
            target[i] += source[i] * scale;
    }

    static void ScaleAndAdd(float[] target, float scale, float[] added)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target, i) * scale + new Vector<float>(added, i)).CopyTo(target, i);
        for (; i < target.Length; i++)
            target[i] = target[i] * scale + added[i];
    }
}

/// <summary>One grid of the imputation's multigrid: its equations, what is left to explain, and the correction that explains it.</summary>
sealed class ImputationLevel
{
    const float Damping = 0.8f;

    /// <summary>Constants on blocks of cells are too stiff an approximation of smooth errors: their correction comes out too small.</summary>
    const float Overcorrection = 1.8f;

    readonly MapSize _size;
    readonly float[] _work;

    public ImputationLevel(MapSize size)
    {
        _size = size;
        Matrix = new ImputationMatrix(size);
        _work = new float[Matrix.Cells];
        Residual = new float[Matrix.Cells];
        Correction = new float[Matrix.Cells];
    }

    public ImputationMatrix Matrix { get; }

    public float[] Residual { get; }

    public float[] Correction { get; }

    /// <summary>Makes the residual of the zero solution: each unknown's share of its known neighbours.</summary>
    /// <param name="plane">The image's plane.</param>
    /// <param name="stays">Where it is known.</param>
    /// <param name="known">Work memory of this level's size.</param>
    public void SetKnown(ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, float[] known)
    {
        var stride = Matrix.Stride;
        Array.Clear(known);
        Array.Clear(Residual);
        for (var pixel = 0; pixel < plane.Length; pixel++)
            known[Cell(pixel)] = stays[pixel] ? plane[pixel] : 0;
        for (var pixel = 0; pixel < plane.Length; pixel++)
        {
            if (stays[pixel])
                continue;
            var i = Cell(pixel);
            Residual[i] = ImputationMatrix.Beside * (known[i - 1] + known[i + 1] + known[i - stride] + known[i + stride])
                + ImputationMatrix.Across * (known[i - stride - 1] + known[i - stride + 1] + known[i + stride - 1] + known[i + stride + 1]);
        }
    }

    public void Read(float[] solution, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        for (var pixel = 0; pixel < plane.Length; pixel++)
            filled[pixel] = stays[pixel] ? plane[pixel] : solution[Cell(pixel)];
    }

    /// <summary>The first smoothing, of a correction that is still zero.</summary>
    public void BeginCorrection()
    {
        var inverse = Matrix.Inverse;
        for (var i = 0; i < inverse.Length; i++)
            Correction[i] = Damping * inverse[i] * Residual[i];
    }

    public void Smooth()
    {
        Matrix.Multiply(Correction, _work);
        var inverse = Matrix.Inverse;
        for (var i = 0; i < inverse.Length; i++)
            Correction[i] += Damping * inverse[i] * (Residual[i] - _work[i]);
    }

    /// <summary>Gives the coarser level what is left of the residual.</summary>
    public void Restrict(ImputationLevel coarser)
    {
        Matrix.Multiply(Correction, _work);
        Array.Clear(coarser.Residual);
        for (var y = 0; y < _size.Height; y++)
        {
            for (var x = 0; x < _size.Width; x++)
                coarser.Residual[coarser.Matrix.Cell(x / 2, y / 2)] += Residual[Matrix.Cell(x, y)] - _work[Matrix.Cell(x, y)];
        }
    }

    /// <summary>Adds the coarser level's correction.</summary>
    public void Prolong(ImputationLevel coarser)
    {
        for (var y = 0; y < _size.Height; y++)
        {
            for (var x = 0; x < _size.Width; x++)
            {
                var cell = Matrix.Cell(x, y);
                if (Matrix.Inverse[cell] > 0)
                    Correction[cell] += Overcorrection * coarser.Correction[coarser.Matrix.Cell(x / 2, y / 2)];
            }
        }
    }

    int Cell(int pixel) => Matrix.Cell(pixel % _size.Width, pixel / _size.Width);
}
