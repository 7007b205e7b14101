package rundir

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"sync"

	"descent/internal/atomicfile"
	"descent/internal/prefix"
	"descent/trainer"
)

// line is a line of metrics.jsonl, for an update or an epoch.
type line struct {
	Kind         string          `json:"kind"` // "step" or "epoch"
	Epoch        int             `json:"epoch"`
	Step         int             `json:"step"`
	Loss         float64         `json:"loss,omitempty"` // of the update
	LearningRate float64         `json:"learning_rate"`
	Rows         int             `json:"rows,omitempty"` // of the update
	Train        *trainer.Scores `json:"train,omitempty"`
	Test         *trainer.Scores `json:"test,omitempty"`
	Seconds      float64         `json:"seconds,omitempty"`

	Batch   string   `json:"batch,omitempty"`   // hash of the update's last one
	Weights []hashed `json:"weights,omitempty"` // after the update
}

type hashed struct {
	Name string `json:"name"`
	Hash string `json:"hash"` // the first half of the SHA-256
}

// hook logs and compares.
func (r *Run) hook() trainer.Hook {
	return trainer.Hook{
		Name: "run directory",
		StepEnd: func(s *trainer.State) error {
			hash := s.Step%r.options.HashSteps == 0
			if !hash && s.Step%r.options.LogSteps != 0 && s.Record == nil {
				return nil
			}
			l := line{Kind: "step", Epoch: s.Epoch, Step: s.Step, Loss: s.Loss, LearningRate: s.LearningRate, Rows: s.Rows}
			if s.Record != nil {
				l.Test = s.Record.Test
			}
			if hash {
				l.Batch = s.Batch.Fingerprint()[:32]
				for _, p := range s.Model.Params() {
					l.Weights = append(l.Weights, hashed{p.Name, hashOf(p.Value)})
				}
			}
			return errors.Join(r.log.write(l), r.compare(l))
		},
		EpochEnd: func(s *trainer.State) error {
			e := s.Record
			l := line{Kind: "epoch", Epoch: e.Epoch, Step: e.Step, LearningRate: e.LearningRate, Train: &e.Train, Test: e.Test, Seconds: e.Seconds}
			return errors.Join(r.log.write(l), r.compare(l), r.log.flush())
		},
		FitEnd: func(s *trainer.State) error {
			return errors.Join(r.log.flush(), r.differed(s.Err))
		},
	}
}

func hashOf(values []float32) string {
	h := sha256.New()
	b := make([]byte, 0, 4096)
	for len(values) > 0 {
		n := min(len(values), cap(b)/4)
		b = b[:0]
		for _, v := range values[:n] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		h.Write(b)
		values = values[n:]
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// log is a growing file of lines. Lines and checkpoints are written in different
// goroutines.
type log struct {
	mu   sync.Mutex
	file *os.File
	to   *bufio.Writer
}

// openLog opens a log and keeps only its lines from before the checkpoint.
func openLog(path string, c *trainer.Checkpoint) (*log, error) {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	kept := before(old, c)
	err = atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(kept)
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	return &log{file: f, to: bufio.NewWriterSize(f, 1<<16)}, nil
}

// before returns the lines of a run up to the checkpoint, or none without one. It
// leaves out invalid lines, such as the incomplete last line of a killed process.
func before(text []byte, c *trainer.Checkpoint) []byte {
	if c == nil {
		return nil
	}
	var kept []byte
	epochs := len(c.History().Epochs)
	for l := range bytes.Lines(text) {
		v, err := parseLine(l)
		if err == nil && (v.Kind == "step" && v.Step <= c.Step() || v.Kind == "epoch" && v.Epoch <= epochs) {
			kept = append(kept, l...)
		}
	}
	return kept
}

// parseLine reads a line, including its newline.
func parseLine(text []byte) (l line, err error) {
	if !bytes.HasSuffix(text, []byte("\n")) {
		return l, io.ErrUnexpectedEOF
	}
	if err = json.Unmarshal(text, &l); err == nil && l.Kind != "step" && l.Kind != "epoch" {
		err = fmt.Errorf("kind = %.20q: want step or epoch", l.Kind)
	}
	return l, err
}

// damagedLog reports a log that ends before the checkpoint.
func (r *Run) damagedLog() error {
	text, err := os.ReadFile(r.path(metricsFile))
	if err != nil {
		return err
	}
	last := 0
	for l := range bytes.Lines(before(text, r.from)) {
		if v, err := parseLine(l); err == nil && v.Kind == "step" {
			last = v.Step
		}
	}
	if want := r.from.Step() / r.options.LogSteps * r.options.LogSteps; last < want {
		return fmt.Errorf("rundir: %s ends with step %d: want %d, as the checkpoint is at step %d", r.path(metricsFile), last, want, r.from.Step())
	}
	return nil
}

func (l *log) write(v line) error {
	text, err := json.Marshal(v)
	if err != nil {
		return prefix.Error("rundir", err, "log")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err = l.to.Write(append(text, '\n'))
	return prefix.Error("rundir", err)
}

func (l *log) flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return prefix.Error("rundir", l.to.Flush())
}

// sync makes sure that the lines are on the disk.
func (l *log) sync() error {
	if err := l.flush(); err != nil {
		return err
	}
	return prefix.Error("rundir", l.file.Sync())
}

func (l *log) close() error { return errors.Join(l.flush(), l.file.Close()) }
