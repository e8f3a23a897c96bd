package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"shanzhi/templates/ui"
)

// metrics are the figures of the kernel in a registry of its own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shanzhi_http_requests_total", Help: "Requests answered, by registered route.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "shanzhi_http_request_seconds", Help: "Time from the headers of a request to its answer.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Metrics is the registry to which other rooms may add their figures.
func (a *App) Metrics() *prometheus.Registry { return a.metrics.registry }

// MetricsHandler serves the figures, for a listener on the loopback address.
func (a *App) MetricsHandler() http.Handler {
	return promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{})
}

// record counts and logs one answered request: its route, never its path, which may hold a token or a name. What
// residents do is counted and not logged: a line with the instant of a rating would lead from an answer to a visit.
func (a *App) record(c *fiber.Ctx, v *visit) {
	took := a.deps.Clock().Sub(v.began)
	status, do, route := c.Response().StatusCode(), method(c), utils.CopyString(v.pattern())
	a.metrics.requests.WithLabelValues(do, route, strconv.Itoa(status)).Inc()
	a.metrics.seconds.WithLabelValues(do, route).Observe(took.Seconds())
	if v.route != nil && v.route.audience == ui.Resident && status < fiber.StatusInternalServerError {
		return
	}
	a.deps.Log.Info("request", "id", v.id, "method", do, "route", route, "status", status, "ms", took.Milliseconds(),
		"bytes", len(c.Response().Body()))
}

// method is the request's method; one that nobody knows is OTHER, so that a label cannot grow without end.
func method(c *fiber.Ctx) string {
	if m := c.Method(); slices.Contains(fiber.DefaultMethods, m) {
		return utils.CopyString(m)
	}
	return "OTHER"
}
