package datasets

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// A part that is not what it seems is thrown away and the file begun again,
// once.
func TestDownloadBadPart(t *testing.T) {
	for _, c := range []struct {
		name string
		part func(b []byte) []byte
		odd  func(w http.ResponseWriter, r *http.Request) bool
		want []string
	}{
		{"other bytes", func(b []byte) []byte { return make([]byte, 500) }, nil, []string{"bytes=500-", ""}},
		{"longer than the file", func(b []byte) []byte { return append(bytes.Clone(b), 1, 2) }, nil, []string{"bytes=LEN+2-", ""}},
		{"whole already", func(b []byte) []byte { return b }, nil, []string{"bytes=LEN-", ""}},
		{"longer, and sent whole", func(b []byte) []byte { return append(bytes.Clone(b), 1, 2) }, func(_ http.ResponseWriter, r *http.Request) bool {
			r.Header.Del("Range")
			return false
		}, []string{"bytes=LEN+2-"}},
		{"another range", func(b []byte) []byte { return b[:500] }, func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Range") == "" {
				return false
			}
			w.Header().Set("Content-Range", "bytes 400-499/500")
			w.WriteHeader(http.StatusPartialContent)
			return true
		}, []string{"bytes=500-", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSmall(t)
			m := serve(t, s.gz, func(w http.ResponseWriter, r *http.Request, name string, _ int) bool {
				return c.odd != nil && name == trainImages && c.odd(w, r)
			})
			o := offline(t, new(noticed))
			o.Mirrors, o.Cache = []string{m.URL}, t.TempDir()
			d := downloader{dir: o.Cache}
			require.NoError(t, os.WriteFile(d.part(m.URL, trainImages), c.part(s.gz[trainImages]), 0o600))
			train, test, err := s.find(t.Context(), o)
			require.NoError(t, err)
			s.check(t, train, test, SourceDownload, o.Cache)
			for i, w := range c.want {
				w = strings.ReplaceAll(w, "LEN+2", fmt.Sprint(len(s.gz[trainImages])+2))
				c.want[i] = strings.ReplaceAll(w, "LEN", fmt.Sprint(len(s.gz[trainImages])))
			}
			assert.Equal(t, c.want, m.of(trainImages))
			assert.Equal(t, complete, names(t, o.Cache))
		})
	}
}

// A server that lies leaves nothing that is believed later.
func TestDownloadWrongBytes(t *testing.T) {
	for _, c := range []struct {
		name  string
		wrong func(s *small) []byte
		want  string
	}{
		{"checksum", func(s *small) []byte {
			raw := bytes.Clone(s.raw["train-images-idx3-ubyte"])
			raw[100] ^= 1
			return gzipped(t, raw)
		}, "the SHA-256 sum of its decompressed bytes is "},
		{"login page", func(*small) []byte { return []byte("<html>Please log in</html>") }, "it begins with 0x3c68: want 0x0000"},
		{"empty", func(*small) []byte { return nil }, "header: unexpected EOF"},
		{"half", func(s *small) []byte { return s.gz[trainImages][:5000] }, "unexpected EOF"},
		{"too long", func(*small) []byte { return make([]byte, 2<<20) }, "2097152 bytes or more: want 1095616 or fewer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSmall(t)
			m := serve(t, map[string][]byte{trainImages: c.wrong(s)}, nil)
			o := offline(t, new(noticed))
			o.Mirrors = []string{m.URL}
			for range 2 {
				_, _, err := s.find(t.Context(), o)
				require.ErrorContains(t, err, m.URL+"/"+trainImages+": ")
				assert.ErrorContains(t, err, c.want)
				assert.Empty(t, names(t, o.Cache))
			}
			assert.Equal(t, []string{"", ""}, m.of(trainImages), "once each time")

			good := serve(t, s.gz, nil)
			o.Mirrors = []string{m.URL, good.URL}
			train, test, err := s.find(t.Context(), o)
			require.NoError(t, err)
			s.check(t, train, test, SourceDownload, o.Cache)
		})
	}
}

// A body without a length and without an end.
func TestDownloadEndlessBody(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, func(w http.ResponseWriter, _ *http.Request, _ string, _ int) bool {
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return true
			}
		}
	})
	o := offline(t, new(noticed))
	o.Mirrors = []string{m.URL}
	_, _, err := s.find(t.Context(), o)
	require.ErrorContains(t, err, " bytes or more: want 1095616 or fewer")
	assert.Empty(t, names(t, o.Cache))
}

// What a server claims is compared without overflow, and not repeated at length.
func TestDownloadClaims(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, func(w http.ResponseWriter, r *http.Request, name string, _ int) bool {
		if name == trainImages && r.Header.Get("Range") != "" {
			w.Header().Set("Content-Range", "bytes 500-9223372036854775806/9223372036854775807")
			w.Header().Set("Content-Length", "9223372036854775807")
			w.WriteHeader(http.StatusPartialContent)
			return true
		}
		if name != trainImages {
			w.Header().Set("Content-Range", "bytes "+strings.Repeat("9", 10_000))
			w.WriteHeader(http.StatusPartialContent)
			return true
		}
		return false
	})
	o := offline(t, new(noticed))
	o.Mirrors, o.Cache = []string{m.URL}, t.TempDir()
	part := (&downloader{dir: o.Cache}).part(m.URL, trainImages)
	require.NoError(t, os.WriteFile(part, make([]byte, 500), 0o600))
	_, _, err := s.find(t.Context(), o)
	assert.ErrorContains(t, err, trainImages+": 9223372036854775807 bytes or more: want 1095116 or fewer")
	assert.ErrorContains(t, err, `99"… (10006 bytes): want one from byte 0`)
	assert.Less(t, len(err.Error()), 2000)
}

func TestDownloadRedirect(t *testing.T) {
	s := newSmall(t)
	there := serve(t, s.gz, nil)
	here := serve(t, nil, func(w http.ResponseWriter, r *http.Request, name string, _ int) bool {
		http.Redirect(w, r, there.URL+"/"+name, http.StatusFound)
		return true
	})
	o := offline(t, new(noticed))
	o.Mirrors = []string{here.URL}
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, o.Cache)
}

// A mirror that falls silent, or that sends less than it is to, is left at the
// end of the period and not asked for the other files. What it has sent is kept
// for the next time.
func TestDownloadSlow(t *testing.T) {
	for _, c := range []struct {
		name string
		odd  func(w http.ResponseWriter, r *http.Request, b []byte)
		took time.Duration
		have int
		want string
	}{
		{"no answer", func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }, 30 * time.Second, 0, "nothing arrived for 30s"},
		{"headers alone", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, 30 * time.Second, 0, "after 0 bytes: nothing arrived for 30s"},
		{"a byte a second", sends(1, 1001*time.Millisecond), 30 * time.Second, 30, "after 30 bytes: 30 bytes in 30s: want 300 or more"},
		{"falls silent", sends(700, time.Hour), time.Minute, 700, "after 700 bytes: nothing arrived for 30s"},
		{"becomes slow", sends(299, 31*time.Second), 30 * time.Second, 299, "after 299 bytes: 299 bytes in 30s: want 300 or more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSmall(t)
			s.least = 300
			cache := filepath.Join(t.TempDir(), "cache")
			synctest.Test(t, func(t *testing.T) {
				bad := &mirror{files: s.gz, odd: func(w http.ResponseWriter, r *http.Request, name string, nth int) bool {
					if name != trainImages || nth > 0 { // it has healed
						return false
					}
					c.odd(w, r, s.gz[name])
					return true
				}}
				none := &mirror{}
				client, stop := piped(map[string]*mirror{"bad": bad, "none": none})
				defer stop()
				o := FashionOptions{Client: client, Cache: cache, Mirrors: []string{"http://bad", "http://none"}, Notice: func(string) {}}
				begin := time.Now()
				_, _, err := s.find(t.Context(), o)
				assert.ErrorContains(t, err, "http://bad/"+trainImages+": "+c.want+"; ")
				assert.Equal(t, c.took, time.Since(begin))
				assert.Len(t, bad.all(), 1)
				assert.Len(t, none.all(), 4, "the next one is asked for all files")

				train, test, err := s.find(t.Context(), o)
				require.NoError(t, err)
				s.check(t, train, test, SourceDownload, o.Cache)
				again := ""
				if c.have > 0 {
					again = fmt.Sprintf("bytes=%d-", c.have)
				}
				assert.Equal(t, []string{"", again}, bad.of(trainImages))
			})
		})
	}
}

// sends answers with the file, n bytes at a time.
func sends(n int, every time.Duration) func(w http.ResponseWriter, r *http.Request, b []byte) {
	return func(w http.ResponseWriter, r *http.Request, b []byte) {
		w.Header().Set("Content-Length", fmt.Sprint(len(b)))
		for part := range slices.Chunk(b, n) {
			_, _ = w.Write(part)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(every):
			case <-r.Context().Done():
				return
			}
		}
	}
}

// A mirror that is as fast as it has to be may take its time.
func TestDownloadFastEnough(t *testing.T) {
	s := newSmall(t)
	s.least = 1000
	cache := filepath.Join(t.TempDir(), "cache")
	synctest.Test(t, func(t *testing.T) {
		m := &mirror{odd: func(w http.ResponseWriter, r *http.Request, name string, _ int) bool {
			sends(1000, 29*time.Second)(w, r, s.gz[name])
			return true
		}}
		client, stop := piped(map[string]*mirror{"slow": m})
		defer stop()
		begin := time.Now()
		train, test, err := s.find(t.Context(), FashionOptions{Client: client, Cache: cache, Mirrors: []string{"http://slow"}, Notice: func(string) {}})
		require.NoError(t, err)
		s.check(t, train, test, SourceDownload, cache)
		assert.Greater(t, time.Since(begin), 10*time.Minute)
	})
}

// Five seconds for one mirror, ten for all of them: by a clock of its own.
func TestDownloadConnectBudget(t *testing.T) {
	s := newSmall(t)
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var dialled []string
		client := &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
				mu.Lock()
				dialled = append(dialled, addr)
				mu.Unlock()
				if addr == "refused:80" {
					time.Sleep(2 * time.Second)
					return nil, fmt.Errorf("connection refused")
				}
				<-ctx.Done()
				return nil, ctx.Err()
			},
		}}
		var n noticed
		o := offline(t, &n)
		o.Client = client
		o.Mirrors = []string{"http://one", "http://refused", "http://two", "http://three", "http://four"}
		begin := time.Now()
		_, _, err := s.find(t.Context(), o)
		assert.Equal(t, 10*time.Second, time.Since(begin))
		client.CloseIdleConnections() // and ends the dialling, which outlives its request
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		assert.Equal(t, []string{"one:80", "refused:80", "two:80"}, dialled)
		assert.ErrorContains(t, err, "http://one/"+trainImages+": no connection within 5s; ")
		assert.ErrorContains(t, err, "http://refused/"+trainImages+": connection refused; ")
		assert.ErrorContains(t, err, "http://two/"+trainImages+": no connection within 3s; ")
		assert.ErrorContains(t, err, "http://four/"+trainImages+": connecting took 10s in all: want less")
		assert.Empty(t, n, "nothing was downloaded")
		assert.Empty(t, names(t, o.Cache))
	})
}

// Where a mirror sends us on, the next connection counts as well.
func TestDownloadConnectBudgetOfRedirections(t *testing.T) {
	s := newSmall(t)
	synctest.Test(t, func(t *testing.T) {
		client := &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
				if addr == "nowhere:80" {
					<-ctx.Done()
					return nil, ctx.Err()
				}
				here, there := net.Pipe()
				go func() {
					defer there.Close()
					if _, err := http.ReadRequest(bufio.NewReader(there)); err == nil {
						_, _ = there.Write([]byte("HTTP/1.1 302 Found\r\nLocation: http://nowhere/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
					}
				}()
				return here, nil
			},
		}}
		o := offline(t, new(noticed))
		o.Client, o.Mirrors = client, []string{"http://one", "http://two", "http://three"}
		begin := time.Now()
		_, _, err := s.find(t.Context(), o)
		assert.Equal(t, 10*time.Second, time.Since(begin))
		assert.ErrorContains(t, err, "http://two/"+trainImages+": no connection within 5s; ")
		assert.ErrorContains(t, err, "http://three/"+trainImages+": connecting took 10s")
		client.CloseIdleConnections()
		synctest.Wait()
	})
}

func TestDownloadCanceled(t *testing.T) {
	s := newSmall(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := serve(t, s.gz, func(w http.ResponseWriter, r *http.Request, name string, nth int) bool {
		if name != trainImages || nth > 0 {
			return false
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(s.gz[name])))
		_, _ = w.Write(s.gz[name][:700])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	})
	o := offline(t, new(noticed))
	o.Mirrors = []string{m.URL}
	o.Progress = func(p Progress) {
		if p.Done == 700 {
			cancel()
		}
	}
	o.Fallback = func() (train, test *Images, err error) { panic("the context has ended") }
	_, _, err := s.find(ctx, o)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, m.all(), 1)

	o.Progress = nil
	train, test, err := s.find(t.Context(), o)
	if assert.NoError(t, err) {
		s.check(t, train, test, SourceDownload, o.Cache)
		assert.Equal(t, []string{"", "bytes=700-"}, m.of(trainImages), "the part was kept")
	}
}

// Of several at once one downloads and the others take what it got.
func TestDownloadAtOnce(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, func(http.ResponseWriter, *http.Request, string, int) bool {
		time.Sleep(20 * time.Millisecond)
		return false
	})
	cache := filepath.Join(t.TempDir(), "cache")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			o := FashionOptions{Cache: cache, Mirrors: []string{m.URL}, Notice: func(string) {}}
			train, test, err := s.find(t.Context(), o)
			if assert.NoError(t, err) {
				assert.Equal(t, 60, train.Len())
				assert.Equal(t, 10, test.Len())
			}
		})
	}
	wg.Wait()
	assert.Len(t, m.all(), 4)
	assert.Equal(t, complete, names(t, cache))
}

func TestLockDirWaits(t *testing.T) {
	d := t.TempDir()
	unlock, err := lockDir(t.Context(), d, func() { t.Error("nobody else") })
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	waited := false
	_, err = lockDir(ctx, d, func() { waited = true; cancel() })
	assert.ErrorIs(t, err, context.Canceled)
	assert.True(t, waited)
	unlock()
	unlock, err = lockDir(t.Context(), d, func() { t.Error("it was unlocked") })
	require.NoError(t, err)
	unlock()
}

func TestDownloadCacheNotWritable(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, nil)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	var n noticed
	o := FashionOptions{Cache: filepath.Join(file, "cache"), Mirrors: []string{m.URL}, Notice: n.add}
	_, _, err := s.find(t.Context(), o)
	assert.ErrorContains(t, err, "download: the cache is not writable: mkdir "+file+": not a directory")
	assert.Empty(t, m.all())

	full := dir(t, s.gz)
	o.Fallback = func() (train, test *Images, err error) { return s.find(t.Context(), FashionOptions{Dir: full}) }
	n = nil
	_, _, err = s.find(t.Context(), o)
	require.NoError(t, err)
	assert.Contains(t, n[len(n)-1], "using the dir of 60 training")
	assert.Contains(t, n[len(n)-1], "the cache is not writable: mkdir "+file)

	// A directory in the way of the lock, and one in the way of a file.
	o.Fallback = nil
	o.Cache = t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(o.Cache, ".lock"), 0o700))
	_, _, err = s.find(t.Context(), o)
	assert.ErrorContains(t, err, "download: the cache is not writable: open "+o.Cache)
	o.Cache = t.TempDir()
	require.NoError(t, os.Mkdir((&downloader{dir: o.Cache}).part(m.URL, trainImages), 0o700))
	_, _, err = s.find(t.Context(), o)
	assert.ErrorContains(t, err, trainImages+": the cache is not writable: open "+o.Cache)
}

// A context that ends while what was downloaded is verified leaves the part, which
// may be whole, and no file.
func TestDownloadCanceledInVerification(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	s := newSmall(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := offline(t, new(noticed))
	o.Mirrors = []string{"http://here"}
	o.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		b := s.gz[path.Base(r.URL.Path)]
		return &http.Response{StatusCode: http.StatusOK, ContentLength: int64(len(b)), Body: io.NopCloser(iotest.DataErrReader(bytes.NewReader(b)))}, nil
	})}
	o.Progress = func(p Progress) {
		if p.Done == p.Total {
			cancel()
		}
	}
	_, _, err := s.find(ctx, o)
	assert.ErrorIs(t, err, context.Canceled)
	part := (&downloader{dir: o.Cache}).part("http://here", trainImages)
	assert.Equal(t, []string{filepath.Base(part)}, names(t, o.Cache))
	b, err := os.ReadFile(part)
	require.NoError(t, err)
	assert.Equal(t, s.gz[trainImages], b)
	require.NoError(t, goleak.Find(ignore))

	_, err = verifiedPart(ctx, part, s.files[0])
	assert.ErrorIs(t, err, context.Canceled)
	data, err := verifiedPart(t.Context(), part, s.files[0])
	require.NoError(t, err)
	assert.Len(t, data, s.files[0].size())
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A context that ends at any moment while files are decompressed and loaded is an
// error that wraps its own, leaves no goroutine, and changes no file.
func TestFashionCanceledWhileLoading(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	s := newSmall(t)
	d := dir(t, s.gz)
	for _, o := range []FashionOptions{{Dir: d}, {Cache: d, Mirrors: []string{}}} {
		o.Notice = func(line string) { t.Error(line) }
		o.Fallback = func() (train, test *Images, err error) { panic("the context has ended") }
		asked := &countdown{Context: t.Context(), left: 1 << 30}
		_, _, err := s.find(asked, o)
		require.NoError(t, err)
		for n := range 1<<30 - asked.left {
			_, _, err := s.find(&countdown{Context: t.Context(), left: n}, o)
			require.ErrorIs(t, err, context.Canceled, "the context ended when asked for the %d. time", n+1)
			require.ErrorContains(t, err, "datasets: FashionMNIST: ")
		}
	}
	assert.Equal(t, complete, names(t, d))
	require.NoError(t, goleak.Find(ignore))
}

// countdown is a context that has ended when it has been asked so often.
type countdown struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *countdown) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}
