"""One module per lesson: it turns a checkpoint into the scene that the lesson's page shows, once for all."""
