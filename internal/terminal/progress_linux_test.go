package terminal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// onTerminal runs f with a terminal of 80 columns and returns what a person
// sees at the end and every byte that was written.
func onTerminal(t *testing.T, f func(tty *os.File)) (screen, written string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	fd := int(master.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	require.NoError(t, err)
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		master.Close()
		t.Skip("no pseudo-terminals here: ", err)
	}
	require.NoError(t, unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}))

	var b bytes.Buffer
	read := make(chan struct{})
	go func() {
		io.Copy(&b, master) // ends with an error when the terminal is closed
		close(read)
	}()
	f(tty)
	require.NoError(t, tty.Close())
	<-read
	require.NoError(t, master.Close())
	return render(b.String()), b.String()
}

// render simulates a terminal of 80 columns that supports what a progress bar uses:
// the ends of lines, cursor up with erase below, erase to the right, and colors.
func render(s string) string {
	lines, row, column := []string{""}, 0, 0
	down := func() {
		if row++; row == len(lines) {
			lines = append(lines, "")
		}
	}
	for s != "" {
		up, length := 0, 1
		switch {
		case s[0] == '\r':
			column = 0
		case s[0] == '\n':
			down()
		case strings.HasPrefix(s, "\x1b[36m"), strings.HasPrefix(s, "\x1b[0m"):
			length = strings.IndexByte(s, 'm') + 1
		case strings.HasPrefix(s, "\x1b[K"):
			lines[row] = lines[row][:column]
			length = len("\x1b[K")
		case s[0] == '\x1b':
			if n, _ := fmt.Sscanf(s, "\x1b[%dA\x1b[J", &up); n != 1 {
				return fmt.Sprintf("unknown sequence in %q", s)
			}
			row -= up
			lines = append(lines[:row], lines[row][:column]) // the cursor stays in its column
			length = strings.IndexByte(s, 'J') + 1
		default:
			if column == 80 {
				down()
				column = 0
			}
			lines[row] = lines[row][:column] + s[:1] + lines[row][min(column+1, len(lines[row])):]
			column++
		}
		s = s[length:]
	}
	return strings.Join(lines, "\n")
}

func TestOnTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	run := func(file *os.File) {
		tty := NewOutput(t.Context(), file) // as a command prints
		for epoch := 1; epoch <= 2; epoch++ {
			p := NewProgress(tty, 100, fmt.Sprintf("epoch %d/2", epoch), "images")
			for range 4 {
				time.Sleep(interval)
				p.Add(10) // stops half-way, as an interrupted epoch does
			}
			if Interactive(tty) {
				fmt.Fprint(tty, "^C") // as the terminal itself echoes it
			}
			p.Done()
			p.Done()
			fmt.Fprintf(tty, "epoch %d: done\n", epoch)
		}
	}
	const want = "epoch 1: done\nepoch 2: done\n"

	screen, written := onTerminal(t, func(tty *os.File) {
		assert.True(t, Interactive(tty))
		assert.True(t, Color(tty))
		run(tty)
	})
	assert.Equal(t, want, screen, "the bar is gone before the line")
	assert.Contains(t, written, "epoch 1/2 ")
	assert.Contains(t, written, "images/s  ETA ")
	assert.Contains(t, written, "\x1b[36m=", "a part is filled, in color")

	t.Setenv("NO_COLOR", "1")
	screen, written = onTerminal(t, func(tty *os.File) {
		assert.True(t, Interactive(tty))
		assert.False(t, Color(tty))
		run(tty)
	})
	assert.Equal(t, want, screen)
	assert.Contains(t, written, "[=")
	assert.NotContains(t, written, "\x1b[36m")
	assert.NotContains(t, written, "\x1b[0m")

	t.Setenv("TERM", "dumb")
	_, written = onTerminal(t, func(tty *os.File) {
		assert.False(t, Interactive(tty))
		run(tty)
	})
	assert.Equal(t, strings.ReplaceAll(want, "\n", "\r\n"), written)
}

// If the terminal goes away, the bar ends and nothing else does.
func TestTerminalGone(t *testing.T) {
	t.Setenv("TERM", "xterm")
	var p *Progress
	onTerminal(t, func(tty *os.File) {
		p = NewProgress(tty, 10, "epoch", "images")
		time.Sleep(interval)
		p.Add(1)
	})
	for range 5 {
		time.Sleep(interval)
		p.Add(1)
	}
	p.Done()
}

// A bar that is done at once is never drawn.
func TestShort(t *testing.T) {
	t.Setenv("TERM", "xterm")
	_, written := onTerminal(t, func(tty *os.File) {
		p := NewProgress(tty, 10, "epoch", "images")
		p.Add(10)
		p.Done()
	})
	assert.Empty(t, written)
}

func TestSetOnTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	screen, written := onTerminal(t, func(tty *os.File) {
		p := NewProgress(tty, 40, "lenet", "runs")
		for i, left := range []time.Duration{-1, time.Minute} {
			time.Sleep(2 * interval)
			p.Set(int64(10+i), 50, left)
		}
		time.Sleep(2 * interval)
		p.Done()
		fmt.Fprintln(tty, "done")
	})
	assert.Equal(t, "done\n", screen)
	assert.Contains(t, written, " 20%  10/50 runs")
	assert.Contains(t, written, " 22%  11/50 runs  ETA ")

	_, written = onTerminal(t, func(tty *os.File) {
		p := NewProgress(tty, 40, "lenet", "runs")
		p.Set(0, 40, -1) // and nothing for a long time
		time.Sleep(3 * interval)
		p.Done()
	})
	assert.Contains(t, written, "  0%  0/40 runs")
}
