package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"descent/examples/book/internal/page"
)

// startModule starts to build the library for a browser and returns a function that
// waits for it. Without the go command or the source, both of which `go run` has, the
// page has no sliders, and a notice says why.
func startModule(ctx context.Context, notice io.Writer) func() page.Module {
	type built struct {
		module page.Module
		err    error
	}
	done := make(chan built, 1)
	go func() {
		m, err := buildModule(ctx)
		done <- built{m, err}
	}()
	return func() page.Module {
		b := <-done
		if b.err != nil {
			fmt.Fprintf(notice, "book: no sliders on the page: cannot build the library for a browser: %v\n", b.err)
		}
		return b.module
	}
}

// buildModule builds package play for a browser.
func buildModule(ctx context.Context) (m page.Module, err error) {
	dir, err := os.MkdirTemp("", "descent-book-")
	if err != nil {
		return m, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root, err := goCommand(ctx, "env", "GOROOT")
	if err != nil {
		return m, err
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return m, err
	}
	file := filepath.Join(dir, "play.wasm")
	if _, err := goCommand(ctx, "build", "-trimpath", "-ldflags=-s -w", "-o", file, "descent/examples/book/internal/play/wasm"); err != nil {
		return m, err
	}
	wasm, err := os.ReadFile(file)
	if err != nil {
		return m, err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return m, err
	}
	if _, err := z.Write(wasm); err != nil {
		return m, err
	}
	if err := z.Close(); err != nil {
		return m, err
	}
	return page.Module{Wasm: base64.StdEncoding.EncodeToString(packed.Bytes()), Script: string(script)}, nil
}

// goCommand runs the go command for a browser, and returns its output.
func goCommand(ctx context.Context, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(c.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := c.Output()
	if exit := new(exec.ExitError); err != nil && errors.As(err, &exit) {
		first, _, _ := bytes.Cut(bytes.TrimSpace(exit.Stderr), []byte("\n"))
		return nil, fmt.Errorf("go %s: %s", args[0], first)
	}
	return out, err
}
