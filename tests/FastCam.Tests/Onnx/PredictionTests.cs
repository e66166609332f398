using FastCam.Onnx.Heads;



namespace FastCam.Tests.Onnx;

public sealed class PredictionTests
{
    [Fact]
    public void A_class_s_probability_is_its_softmax()
    {
        float[] scores = [1, 3, -2, 200, 199];
        var sum = scores.Sum(score => Math.Exp(score - 200.0));

        for (var index = 0; index < scores.Length; index++)
            Assert.Equal(Math.Exp(scores[index] - 200.0) / sum, ClassScores.Probability(scores, areProbabilities: false, index), 1e-6);
    }

    [Fact]
    public void Probabilities_are_taken_as_they_are() => Assert.Equal(0.25f, ClassScores.Probability([0.75f, 0.25f], areProbabilities: true, 1));

    [Fact]
    public void A_score_that_is_no_number_has_no_probability_and_takes_none()
    {
        Assert.Equal(0, ClassScores.Probability([float.NaN, 2, 2], areProbabilities: false, 0));
        Assert.Equal(0.5f, ClassScores.Probability([float.NaN, 2, 2], areProbabilities: false, 1), 1e-6f);
    }
}
