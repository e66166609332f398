namespace FastCam.Edge.Web;

/// <summary>The pages that watch one stream.</summary>
sealed class LiveHub(int mostViewers = 32)
{
    readonly Lock _gate = new();
    readonly List<Viewer> _viewers = [];
    int _count;

    public bool HasViewers => Volatile.Read(ref _count) > 0;

    /// <summary>A new viewer, or null when there are as many as may be.</summary>
    public Viewer? Join()
    {
        lock (_gate)
        {
            if (_viewers.Count == mostViewers) return null;
            var viewer = new Viewer();
            _viewers.Add(viewer);
            _count = _viewers.Count;
            return viewer;
        }
    }

    public void Leave(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
            _count = _viewers.Count;
        }
        viewer.Close();
    }

    /// <summary>Offers a picture to every viewer, and gives the caller's lease back.</summary>
    public void Publish(EncodedFrame picture)
    {
        lock (_gate)
            foreach (var viewer in _viewers) viewer.Offer(picture);
        picture.Release();
    }
}
