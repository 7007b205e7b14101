package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	events "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/examples/book/internal/play"
)

// visit is what a browser reports about a page.
type visit struct {
	Title    string
	Sections []string // the headings of sections
	Figures  []box
	Tables   int
	Forms    []string // the visible sliders
	Wide     float64  // how much wider the page is than the window, in pixels
	Grounds  []string // background colors of the page and of the first figure

	requests   []string // for anything except the page
	complaints []string // errors and warnings in the console
}

type box struct {
	Name          string
	Width, Height float64
}

// look reads a visit from a page.
const look = `({
	Title: document.title,
	Sections: [...document.querySelectorAll("section > h2")].map(h => h.innerText),
	Figures: [...document.querySelectorAll("figure > svg")].map(s => {
		const r = s.getBBox(), b = s.getBoundingClientRect();
		return {Name: s.querySelector("title").textContent, Width: r.width && b.width, Height: r.height && b.height};
	}),
	Tables: document.querySelectorAll("article table").length,
	Forms: [...document.querySelectorAll("form.play")].filter(f => f.offsetHeight > 0).map(f => f.dataset.name),
	Wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	Grounds: [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector("figure > svg > path") ?? document.body).fill],
})`

// browser starts a browser, and skips the test if there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // root in a container cannot use the sandbox
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()),
	)
	ctx, free := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(free)
	ctx, closeAll := chromedp.NewContext(ctx)
	t.Cleanup(closeAll)
	err := chromedp.Do(ctx)
	if errors.Is(err, exec.ErrNotFound) {
		t.Skipf("no browser (Debian's chromium is one): %v", err)
	}
	require.NoError(t, err)
	return ctx
}

// open opens a page in a window of the given width in pixels, in a color scheme, and
// acts on it.
func open(t *testing.T, ctx context.Context, file string, width int64, scheme string, act ...func(ctx context.Context)) visit {
	t.Helper()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	page := "file://" + filepath.ToSlash(file)
	var v visit
	var mutex sync.Mutex
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		mutex.Lock()
		defer mutex.Unlock()
		switch e := event.(type) {
		case *events.EventRequestWillBeSent:
			// The content of an address of this kind is in the page.
			if url := e.Request.URL; url != page && !strings.HasPrefix(url, "data:") {
				v.requests = append(v.requests, url)
			}
		case *log.EventEntryAdded:
			v.complaints = append(v.complaints, e.Entry.Text)
		case *runtime.EventConsoleAPICalled:
			v.complaints = append(v.complaints, string(e.Type))
		case *runtime.EventExceptionThrown:
			v.complaints = append(v.complaints, e.ExceptionDetails.Text)
		}
	}))
	_, err := chromedp.Call(ctx, events.Enable, events.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(page)))
	for _, f := range act {
		f(ctx)
	}
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[visit](look))
	require.NoError(t, err)

	mutex.Lock()
	defer mutex.Unlock()
	seen.requests, seen.complaints = v.requests, v.complaints
	return seen
}

// opensAlone checks that a browser shows the whole page and makes no other requests.
func opensAlone(t *testing.T, file string, figures int) {
	ctx := browser(t)
	for _, c := range []struct {
		width          int64
		scheme, ground string
	}{
		{1280, "light", "rgb(255, 255, 255)"}, // a desk
		{390, "dark", "rgb(22, 24, 27)"},      // a telephone
	} {
		v := open(t, ctx, file, c.width, c.scheme, func(ctx context.Context) { slidersMove(t, ctx) }, func(ctx context.Context) { keysMove(t, ctx) })
		assert.Empty(t, v.requests, "the page makes a request")
		assert.Empty(t, v.complaints, "the browser complains")
		assert.Equal(t, "The source documents, reproduced", v.Title)
		for i, s := range sections {
			if assert.Less(t, i, len(v.Sections)) {
				assert.Equal(t, s.Number+" "+s.Title, v.Sections[i])
			}
		}
		assert.Len(t, v.Figures, figures)
		for _, f := range v.Figures {
			assert.NotEmpty(t, f.Name)
			assert.Greater(t, f.Width, 200.0, f.Name)
			assert.Greater(t, f.Height, 100.0, f.Name)
		}
		assert.Greater(t, v.Tables, 70)
		assert.ElementsMatch(t, play.Names(), v.Forms, "visible sliders")
		assert.LessOrEqual(t, v.Wide, 0.0, "%d pixels: the page needs horizontal scrolling", c.width)
		assert.Equal(t, []string{c.ground, c.ground}, v.Grounds, "of the page and its figures")
	}
}

// What open sees of pages that make requests or log errors.
func TestBrowserSeesRequests(t *testing.T) {
	ctx := browser(t)
	for name, c := range map[string]struct{ head, want string }{
		"image":      {`<img src="http://127.0.0.1:1/x">`, "http://127.0.0.1:1/x"},
		"font":       {`<link rel="stylesheet" href="https://127.0.0.1:1/css2?family=Lato">`, "https://127.0.0.1:1/css2?family=Lato"},
		"style":      {`<style>body { background: url(http://127.0.0.1:1/y) }</style>`, "http://127.0.0.1:1/y"},
		"script":     {`<script src="http://127.0.0.1:1/z.js"></script>`, "http://127.0.0.1:1/z.js"},
		"beside":     {`<img src="figure.svg">`, "/figure.svg"},
		"inside":     {`<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">`, ""},
		"complaint":  {`<script>console.error("no")</script>`, ""},
		"throws":     {`<script>null.x</script>`, ""},
		"everything": {`<p>nothing</p>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "page.html")
			require.NoError(t, os.WriteFile(file, []byte("<!DOCTYPE html><title>t</title>"+c.head), 0o600))
			v := open(t, ctx, file, 1280, "light")
			assert.Equal(t, "t", v.Title)
			if c.want == "" {
				assert.Empty(t, v.requests)
			} else if assert.Len(t, v.requests, 1) {
				assert.True(t, strings.HasSuffix(v.requests[0], c.want), v.requests)
			}
			if name != "inside" && name != "everything" {
				assert.NotEmpty(t, v.complaints)
			} else {
				assert.Empty(t, v.complaints)
			}
		})
	}
}
