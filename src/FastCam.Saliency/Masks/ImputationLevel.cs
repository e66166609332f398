using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

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
    /// <param name="plane">The picture's plane.</param>
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
