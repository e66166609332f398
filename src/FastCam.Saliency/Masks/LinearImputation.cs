using System.Numerics;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>
/// Solves for the removed pixels of a plane, each of them the weighted mean of its eight neighbours: a symmetric positive
/// definite system, by conjugate gradients with one multigrid cycle as the preconditioner, so that the number of steps hardly
/// grows with the picture. Holds work buffers: one thread at a time.
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
