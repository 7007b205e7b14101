package datasets

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// mirror is a server of a small set that misbehaves as told.
type mirror struct {
	*httptest.Server
	mu    sync.Mutex
	seen  []string // "name Range"
	files map[string][]byte
	odd   func(w http.ResponseWriter, r *http.Request, name string, nth int) bool
}

// serve starts a mirror. What odd answers (true), it has answered.
func serve(t *testing.T, files map[string][]byte, odd func(w http.ResponseWriter, r *http.Request, name string, nth int) bool) *mirror {
	m := &mirror{files: files, odd: odd}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	m.mu.Lock()
	nth := 0
	for _, s := range m.seen {
		if strings.HasPrefix(s, name+" ") {
			nth++
		}
	}
	m.seen = append(m.seen, name+" "+r.Header.Get("Range"))
	m.mu.Unlock()
	if m.odd != nil && m.odd(w, r, name, nth) {
		return
	}
	b, ok := m.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

// piped is a client of mirrors, by their hosts, that are reached without a
// network, and so by the clock of a bubble of package synctest.
func piped(mirrors map[string]*mirror) (client *http.Client, stop func()) {
	l := pipes{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mirrors[r.Host].ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(l) }()
	client = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		l.conns <- there
		return here, nil
	}}}
	return client, func() {
		client.CloseIdleConnections()
		_ = server.Close()
		synctest.Wait()
	}
}

// pipes is a listener of pipes.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// of is the ranges asked for of one file.
func (m *mirror) of(name string) (ranges []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.seen {
		if r, ok := strings.CutPrefix(s, name+" "); ok {
			ranges = append(ranges, r)
		}
	}
	return ranges
}

// all is what has been asked for.
func (m *mirror) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.seen)
}

// cut answers with the whole file's length and only its first n bytes.
func (m *mirror) cut(w http.ResponseWriter, b []byte, n int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	_, _ = w.Write(b[:n])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// names is what a directory holds, but for the lock.
func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		if e.Name() != ".lock" {
			out = append(out, e.Name())
		}
	}
	return out
}
