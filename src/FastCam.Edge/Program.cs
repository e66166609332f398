Console.WriteLine("fastcam");
