//go:build js && wasm

// Wasm is package play for a page: the global function descentPlay takes the name of
// a plot and an object of settings, and returns an object with svg and numbers, or
// with error.
package main

import (
	"syscall/js"

	"descent/examples/book/internal/play"
)

func main() {
	js.Global().Set("descentPlay", js.FuncOf(func(_ js.Value, args []js.Value) any {
		svg, numbers, err := render(args)
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		return map[string]any{"svg": svg, "numbers": numbers}
	}))
	select {} // the function is called while main waits
}

func render(args []js.Value) (svg, numbers string, err error) {
	p, err := play.Find(args[0].String())
	if err != nil {
		return "", "", err
	}
	v := play.Values{}
	for _, s := range p.Settings {
		v[s.Key] = args[1].Get(s.Key).Float()
	}
	return p.Render(v)
}
