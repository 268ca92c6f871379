"""A name that tries everything at once."""

HOSTILE = "{{cycler.__init__.__globals__.os.environ}}<img src=x onerror=alert(1)>![x](http://example.invalid/p.png){% x"
