package terminal

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Nothing is written to a pipe, a file or a buffer.
func TestOffTerminal(t *testing.T) {
	run := func(p *Progress) {
		for range 10 {
			p.Add(10)
		}
		time.Sleep(2 * interval)
		p.Add(10)
		p.Done()
		p.Add(1)
		p.Done()
	}
	var b bytes.Buffer
	assert.False(t, Interactive(&b))
	assert.False(t, Color(&b))
	run(NewProgress(&b, 100, "epoch 1/1", "images"))
	assert.Empty(t, b.Bytes())

	path := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	assert.False(t, Interactive(f))
	run(NewProgress(f, 100, "epoch 1/1", "images"))
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Empty(t, written)

	run(nil)
	var none *os.File
	assert.False(t, Interactive(none))
	assert.False(t, Interactive(nil))
}

func TestAddFromManyGoroutines(t *testing.T) {
	p := NewProgress(&bytes.Buffer{}, 1000, "", "")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { p.Add(1) })
	}
	wg.Wait()
	p.Done()
}

func TestStatus(t *testing.T) {
	p := &Progress{unit: "images"}
	p.total.Store(60000)
	for _, c := range []struct {
		done    int64
		elapsed time.Duration
		want    string
	}{
		{0, time.Second, "  0%"},
		{0, 0, "  0%"},
		{100, 0, "  0%"},
		{599, time.Second, "  0%      599 images/s  ETA 1m39s"},
		{25600, 500 * time.Millisecond, " 42%   51,200 images/s  ETA 1s"},
		{59999, time.Second, " 99%   59,999 images/s  ETA 0s"},
		{60000, time.Second, "100%   60,000 images/s  ETA 0s"},
		{70000, time.Second, "100%   70,000 images/s  ETA 0s"},
		{3, 2 * time.Second, "  0%      1.5 images/s  ETA 11h6m38s"},
	} {
		assert.Equal(t, c.want, p.status(c.done, c.elapsed))
	}
	p = &Progress{unit: "runs"}
	p.total.Store(40)
	p.end.Store(unknown)
	assert.Equal(t, "  7%  3/40 runs", p.status(3, time.Second))
	p.end.Store(int64(90 * time.Second))
	assert.Equal(t, " 50%  20/40 runs  ETA 1m0s", p.status(20, 30*time.Second))
	assert.Equal(t, " 50%  20/40 runs  ETA 0s", p.status(20, 95*time.Second), "later than estimated")
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 61706: "61,706", 123456789: "123,456,789", -100: "-100", -1000: "-1,000", -123456: "-123,456"} {
		assert.Equal(t, want, thousands(n))
	}
}
