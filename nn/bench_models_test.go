package nn_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/require"
)

// modelBench is a network that docs/measure/models.py trains as well.
type modelBench struct {
	name    string
	net     nn.Layer
	cfg     nn.Config // input and loss
	rows    int
	classes int // of the labels
	labels  int // of a row, or 0
}

func modelBenches() []modelBench {
	conv := func(filters, kernel, stride int) nn.Layer {
		return nn.Conv2D{Filters: filters, Kernel: kernel, Stride: stride, Pad: kernel / 2}
	}
	stack := func(layers ...nn.Layer) nn.Seq {
		var q nn.Seq
		for _, l := range layers {
			q = append(q, l, nn.ReLU{})
		}
		return append(q, nn.GlobalAvgPool{}, nn.Dense{Units: 10})
	}
	image := nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}}
	return []modelBench{
		{"resnet20", nn.ResNet(20, 10, nn.ResNetA), image, 128, 10, 1},
		{"stack3x3", stack(conv(64, 3, 1), conv(64, 3, 1), conv(64, 3, 1), conv(64, 3, 1)), image, 64, 10, 1},
		{"stack1x1", stack(conv(64, 3, 1), conv(64, 1, 1), conv(64, 3, 2), conv(128, 1, 1), conv(128, 3, 2), conv(128, 1, 1)), image, 64, 10, 1},
		{"2c2d", nn.Sequential(
			nn.Conv2D{Filters: 32, Kernel: 5, Pad: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
			nn.Conv2D{Filters: 64, Kernel: 5, Pad: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
			nn.Flatten{}, nn.Dense{Units: 1024}, nn.ReLU{}, nn.Dense{Units: 10}), image, 128, 10, 1},
		{"charlstm", nn.CharLSTM(nn.CharLSTMConfig{Vocabulary: 83, Dropout: .2}), nn.Config{Input: []int{50}, Vocabulary: 83, Loss: nn.SoftmaxCrossEntropy{}}, 64, 83, 50},
		{"gpt", nn.GPT(nn.GPTConfig{Vocabulary: 96, Length: 128, Layers: 4, Width: 128, Heads: 4}), nn.Config{Input: []int{128}, Vocabulary: 96, Loss: nn.SoftmaxCrossEntropy{}}, 32, 96, 128},
		{"vae", nn.VAE(8), nn.Config{Input: []int{1, 28, 28}, Loss: nn.Reconstruction{}}, 64, 0, 0},
		{"mlp", nn.Sequential(nn.Flatten{}, nn.Dense{Units: 512}, nn.ReLU{}, nn.Dense{Units: 512}, nn.ReLU{}, nn.Dense{Units: 10}), image, 128, 10, 1},
	}
}

// batch draws a batch.
func (m modelBench) batch() *datasets.Batch {
	n := m.rows
	for _, d := range m.cfg.Input {
		n *= d
	}
	b := &datasets.Batch{Rows: m.rows}
	if v := m.cfg.Vocabulary; v > 0 {
		for i := range n {
			b.Tokens = append(b.Tokens, int32(i*7919%v))
		}
	} else {
		b.Inputs = normal(n, "x")
	}
	for i := range m.rows * m.labels {
		b.Labels = append(b.Labels, int32(i*31%m.classes))
	}
	return b
}

// BenchmarkModel is training steps with momentum, by the model's workers, as in a trainer.
// ms is the fastest step, %update the part of it that the fastest update takes, MB the peak
// memory of the process: docs/measure runs each in a process of its own.
func BenchmarkModel(b *testing.B) {
	for _, m := range modelBenches() {
		eachSpeed(b, m.name, func(b *testing.B, cfg nn.Config) {
			isa, threads := cfg.ISA, cfg.Threads
			cfg = m.cfg
			cfg.ISA, cfg.Threads, cfg.Seed = isa, threads, 1
			model := newModel(b, m.net, cfg)
			o, err := optimizers.New(optimizers.SGD{Momentum: .9}, model.Params(), optimizers.Config{Workers: model.Workers()})
			require.NoError(b, err)
			batch := m.batch()
			step := func() (whole, update time.Duration) {
				start := time.Now()
				if _, _, err := model.Step(batch); err != nil {
					b.Fatal(err)
				}
				trained := time.Now()
				if err := o.Step(1e-4); err != nil {
					b.Fatal(err)
				}
				return time.Since(start), time.Since(trained)
			}
			step() // makes the graph
			best, update := time.Hour, time.Hour
			for b.Loop() {
				whole, part := step()
				best, update = min(best, whole), min(update, part)
			}
			b.ReportMetric(best.Seconds()*1e3, "ms")
			b.ReportMetric(100*update.Seconds()/best.Seconds(), "%update")
			b.ReportMetric(peakMegabytes(), "MB")
		})
	}
}

// peakMegabytes is the peak memory of this process, where Linux tells it.
func peakMegabytes() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	kilobytes, _, _ := bytes.Cut(bytes.TrimSpace(after), []byte(" "))
	n, err := strconv.ParseFloat(string(kilobytes), 64)
	if err != nil {
		return 0
	}
	return n * 1024 / 1e6
}

// BenchmarkSimpleChains is an epoch of the job that SimpleChains.jl publishes: LeNet
// without padding, Adam with a rate of 3e-4, 60,000 images in a new order each epoch.
// Its batch is a number of images for each thread, the columns of its matrix kernel:
// here 160, about what its eighteen threads take. The first epoch makes the graph. GFLOPS count two for each of the
// 758,520 multiply-adds of an image.
func BenchmarkSimpleChains(b *testing.B) {
	const images, batch, products = 60000, 160, 3*(24*24*25*6+8*8*25*6*16+256*120+120*84+84*10) - 24*24*25*6
	net := nn.Sequential(
		nn.Conv2D{Filters: 6, Kernel: 5}, nn.ReLU{}, nn.MaxPool2D{Size: 2}, nn.Conv2D{Filters: 16, Kernel: 5}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Flatten{}, nn.Dense{Units: 120}, nn.ReLU{}, nn.Dense{Units: 84}, nn.ReLU{}, nn.Dense{Units: 10},
	)
	data := newSampleImages(b, images)
	eachSpeed(b, fmt.Sprintf("batch=%d", batch), func(b *testing.B, cfg nn.Config) {
		cfg.Input, cfg.Loss, cfg.Seed = []int{1, 28, 28}, nn.SoftmaxCrossEntropy{}, 1
		m := newModel(b, net, cfg)
		best := time.Hour
		for b.Loop() {
			t := trainer.Trainer{
				Model: m, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(3e-4), Epochs: 1, BatchSize: batch, Seed: 1,
			}
			start := time.Now()
			_, err := t.Fit(context.Background(), data, nil)
			require.NoError(b, err)
			best = min(best, time.Since(start))
		}
		gflops := 2e-9 * images * products / best.Seconds()
		b.ReportMetric(best.Seconds(), "s/epoch")
		b.ReportMetric(gflops/float64(cfg.Threads), "GFLOPS/core")
	})
}
