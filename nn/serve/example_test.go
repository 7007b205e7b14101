package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"descent/nn"
	"descent/nn/serve"
)

// Several goroutines request a row each, and the rows are computed together.
func Example() {
	model, err := nn.NewModel(nn.Dense{Units: 1, Weight: nn.Constant(2), Bias: nn.Constant(1)}, nn.Config{Input: []int{1}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	server, err := serve.New(model, serve.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	answers := make([]float32, 5)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if _, err := server.Predict(ctx, answers[i:i], []float32{float32(i)}); err != nil {
				log.Fatal(err)
			}
		})
	}
	wg.Wait()
	fmt.Println(answers)
	// Output: [1 3 5 7 9]
}

// A handler for images of 28×28 bytes. It gives up when the client does, and tells
// clients to try again later when too many are waiting.
func ExampleServer_PredictPixels() {
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	server, err := serve.New(model, serve.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	classify := func(w http.ResponseWriter, r *http.Request) {
		image, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 28*28))
		if err != nil || len(image) != 28*28 {
			http.Error(w, "want an image of 784 bytes", http.StatusBadRequest)
			return
		}
		logits, err := server.PredictPixels(r.Context(), nil, image)
		switch {
		case errors.Is(err, serve.ErrFull):
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		default:
			json.NewEncoder(w).Encode(logits) // an error means that the client has gone
		}
	}

	for _, size := range []int{28 * 28, 3} {
		w := httptest.NewRecorder()
		classify(w, httptest.NewRequest(http.MethodPost, "/classify", bytes.NewReader(make([]byte, size))))
		var logits []float32
		if err := json.Unmarshal(w.Body.Bytes(), &logits); err != nil {
			fmt.Print(w.Code, " ", w.Body)
		} else {
			fmt.Println(w.Code, len(logits), "logits")
		}
	}
	// Output:
	// 200 10 logits
	// 400 want an image of 784 bytes
}
