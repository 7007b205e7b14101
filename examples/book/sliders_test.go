package main

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/examples/book/internal/play"
)

// moved is the effect of a slider.
type moved struct {
	Name    string
	Values  play.Values // the positions of the sliders
	Numbers string
	Drawn   bool // the drawing changed
}

// slide moves the first slider of every form, and waits for the numbers.
const slide = `(async () => {
	const all = [];
	for (const f of document.querySelectorAll("form.play")) {
		const i = f.querySelector("input"), numbers = f.querySelector(".numbers"), drawing = f.querySelector(".drawing");
		const before = [numbers.textContent, drawing.innerHTML], start = Date.now();
		i.value = Number(i.value) === Number(i.max) ? i.min : i.max;
		i.dispatchEvent(new Event("input", {bubbles: true}));
		while (numbers.textContent === before[0] && Date.now() - start < 30000) await new Promise(r => setTimeout(r, 20));
		all.push({
			Name: f.dataset.name, Numbers: numbers.textContent, Drawn: drawing.innerHTML !== before[1],
			Values: Object.fromEntries([...f.querySelectorAll("input")].map(i => [i.name, Number(i.value)])),
		});
	}
	return all;
})()`

// slidersMove checks that every form draws, and that its numbers are those of the
// library.
func slidersMove(t *testing.T, ctx context.Context) {
	t.Helper()
	all, err := chromedp.Run(ctx, chromedp.Evaluate[[]moved](slide, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	assert.Len(t, all, len(play.Names()))
	for _, m := range all {
		assert.True(t, m.Drawn, m.Name)
		equalsLibrary(t, m)
	}
}

// equalsLibrary compares the numbers on the page with those of this program.
func equalsLibrary(t *testing.T, m moved) {
	t.Helper()
	p, err := play.Find(m.Name)
	require.NoError(t, err)
	_, want, err := p.Render(m.Values)
	require.NoError(t, err)
	assert.Equal(t, want, m.Numbers, m.Name)
}

// keysMove moves a slider with the keyboard.
func keysMove(t *testing.T, ctx context.Context) {
	t.Helper()
	const state = `(f => ({Name: f.dataset.name, Numbers: f.querySelector(".numbers").textContent,
		Values: Object.fromEntries([...f.querySelectorAll("input")].map(i => [i.name, Number(i.value)]))}))(document.querySelector("form[data-name=momentum]"))`
	before, err := chromedp.Run(ctx, chromedp.Evaluate[moved](state))
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(ctx, chromedp.Focus("form[data-name=momentum] input[name=beta]"), chromedp.KeyEvent(kb.ArrowRight)))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		after, err := chromedp.Run(ctx, chromedp.Evaluate[moved](state))
		assert.NoError(c, err)
		assert.InDelta(c, before.Values["beta"]+0.01, after.Values["beta"], 1e-9)
		assert.NotEqual(c, before.Numbers, after.Numbers)
	}, 20*time.Second, 50*time.Millisecond)
	after, err := chromedp.Run(ctx, chromedp.Evaluate[moved](state))
	require.NoError(t, err)
	equalsLibrary(t, after)
}

// Without scripts, all figures and no sliders are visible.
func worksWithoutScripts(t *testing.T, file string, figures int) {
	ctx := browser(t)
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	v := open(t, ctx, file, 1280, "light")
	assert.Empty(t, v.Forms)
	assert.Len(t, v.Figures, figures)
	for _, f := range v.Figures {
		assert.Greater(t, f.Height, 100.0, f.Name)
	}
}
