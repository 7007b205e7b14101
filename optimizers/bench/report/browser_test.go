package report_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
	"descent/optimizers/bench"
)

// used is what a browser shows of a page while it is used.
type used struct {
	Wide   float64  // pixels to scroll sideways
	Ground []string // background of the page and of a figure

	Up, Down      []string // the finals of a table, sorted twice
	Sorted        string   // aria-sort of the column
	Shown, Hidden int      // visible parts of an entry before and after it is hidden
	Both, Swapped []bool   // visible figures, as drawn and swapped, before and after
	Tip           []string // lines for a point of a curve
	TipGone       bool     // beside all curves
	Name, CSV     string   // of a download
	Buttons       []string // elements with the role of a button that are none
}

// use uses a page.
const use = `(async () => {
	const $ = (s, e = document) => e.querySelector(s), all = (s, e = document) => [...e.querySelectorAll(s)];
	const visible = (e) => e.getClientRects().length > 0;
	const out = {
		Wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		Ground: [getComputedStyle(document.body).backgroundColor, getComputedStyle($("svg.figure path")).fill],
		Buttons: all(".csv, .sort").filter((b) => b.tagName !== "BUTTON" || b.tabIndex < 0).map((b) => b.outerHTML),
	};
	const table = $('table[aria-label="Scores"]'), head = table.tHead.rows[0].cells[2];
	const finals = () => [...table.tBodies[0].rows].map((r) => r.cells[2].textContent);
	$("button", head).click();
	out.Up = finals();
	$("button", head).click();
	out.Down = finals();
	out.Sorted = head.getAttribute("aria-sort");

	const parts = () => all(".o1").filter(visible).length;
	out.Shown = parts();
	$("#show1").click();
	out.Hidden = parts();
	$("#show1").click();

	const figure = $("figure:has(.second)");
	const states = () => [visible($(".first", figure)), visible($(".second", figure))];
	out.Both = states();
	$("input", figure).click();
	out.Swapped = states();
	$("input", figure).click();

	const svg = $("svg.figure"), box = $("g.panel rect", svg), curve = $("g[data-x]", svg);
	const xs = curve.dataset.x.split(" "), ys = curve.dataset.y.split(" "), last = xs.length - 1;
	svg.scrollIntoView();
	const r = box.getBoundingClientRect();
	const place = (v, s) => { const [a, b, kind] = s.split(" "); return ((kind === "log" ? Math.log10(v) : v) - a) / (b - a); };
	const move = (x, y) => svg.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: x, clientY: y }));
	move(r.left + r.width * place(xs[last], box.dataset.x) + 1, r.top + r.height * (1 - place(ys[last], box.dataset.y)));
	out.Tip = $(".tip").textContent.split("\n").concat([xs[last], ys[last]]);
	move(svg.getBoundingClientRect().left, svg.getBoundingClientRect().top);
	out.TipGone = !visible($(".tip"));

	HTMLAnchorElement.prototype.click = function () { out.Name = this.download; out.href = this.href; };
	$(".csv").click();
	out.CSV = await (await fetch(out.href)).text();
	return out;
})()`

// browser starts one, and skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // which root, in a container, has to do without
		chromedp.DisableGPU,
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
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(stop)
	return ctx
}

func TestBrowser(t *testing.T) {
	ctx := browser(t)
	_, _, html := outputs(t, mustRun(t, bench.Plan{
		Workloads:  []bench.Workload{tunable("one"), tunable("two")},
		Optimizers: []bench.Contender{tuned("sgd", optimizers.SGD{}), momentum("heavy"), fixed("fixed, \"given\"", .01), fixed("far", 1e-7)},
		Studies:    6, Trials: 4, Seeds: 1,
	}))
	file := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(file, []byte(html), 0o600))
	page := "file://" + filepath.ToSlash(file)

	var mutex sync.Mutex
	var complaints []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		mutex.Lock()
		defer mutex.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if url := e.Request.URL; url != page && url[:5] != "data:" && url[:5] != "blob:" {
				complaints = append(complaints, url)
			}
		case *log.EventEntryAdded:
			complaints = append(complaints, e.Entry.Text)
		case *runtime.EventConsoleAPICalled:
			complaints = append(complaints, string(e.Type))
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, e.ExceptionDetails.Text)
		}
	}))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	for _, c := range []struct {
		width  int64
		scheme string
		ground string
	}{{1280, "light", "rgb(255, 255, 255)"}, {390, "dark", "rgb(22, 25, 29)"}} {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: c.scheme}},
		})
		require.NoError(t, err)
		require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(c.width, 800), chromedp.Navigate(page)))
		got, err := chromedp.Run(ctx, chromedp.Evaluate[used](use, chromedp.EvalAwaitPromise))
		require.NoError(t, err)
		assert.LessOrEqual(t, got.Wide, 0., "%d pixels: the page scrolls sideways", c.width)
		assert.Equal(t, []string{c.ground, c.ground}, got.Ground)
		assert.Empty(t, got.Buttons)
		require.Len(t, got.Up, 4)
		assert.IsNonDecreasing(t, got.Up) // of two digits before the point each
		assert.IsNonIncreasing(t, got.Down)
		assert.NotEqual(t, got.Up[0], got.Down[0])
		assert.Equal(t, "descending", got.Sorted)
		assert.Greater(t, got.Shown, 20)
		assert.Zero(t, got.Hidden)
		assert.Equal(t, []bool{true, false}, got.Both)
		assert.Equal(t, []bool{false, true}, got.Swapped)
		if assert.Len(t, got.Tip, 5, got.Tip) {
			assert.Equal(t, []string{"sgd", "epoch " + got.Tip[3], "test accuracy, % " + got.Tip[4]}, got.Tip[:3])
		}
		assert.True(t, got.TipGone)
		assert.Equal(t, "one-scores.csv", got.Name)
		assert.Regexp(t, `^optimizer,compared with the best,"final, %",95 % interval,`, got.CSV)
		assert.Contains(t, got.CSV, "\r\n\"fixed, \"\"given\"\"\",not told apart,")
	}
	mutex.Lock()
	defer mutex.Unlock()
	assert.Empty(t, complaints)
}
